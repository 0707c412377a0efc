import { useMemo } from 'react';
import { qrModules, qrPath } from '../qr.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';
import { TlpLabel } from './tlp-label.tsx';

/** Light modules a reader needs around a QR code. */
const QUIET = 4;

type PrintFrameProps = { readonly marking: string; readonly reference: string; readonly id: string; readonly root: string };

/** Head and foot of every printed page: the marking at the right, the reference, the entry's id and the head it stands under, the three as a QR code too. */
export function PrintFrame({ marking, reference, id, root }: PrintFrameProps) {
  const say = useSay();
  return (
    <>
      <div className="print-head" aria-hidden="true">
        <div>
          <span>
            {say('app.name')} <bdi>{visible(reference)}</bdi>
          </span>
          <TlpLabel marking={marking} />
        </div>
      </div>
      <div className="print-foot" aria-hidden="true">
        <div>
          <Code text={`${reference} ${id} ${root}`} />
          <span className="hash">
            {reference}
            <br />
            {say('print.entry')} {id}
            <br />
            {say('print.root')} {root}
          </span>
          <TlpLabel marking={marking} />
        </div>
      </div>
    </>
  );
}

function Code({ text }: { readonly text: string }) {
  const modules = useMemo(() => qrModules(text), [text]);
  if (modules === undefined) return null;
  const size = modules.length + 2 * QUIET;
  return (
    <svg aria-hidden="true" className="print-code" viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`} shapeRendering="crispEdges" focusable="false">
      <path d={qrPath(modules)} />
    </svg>
  );
}
