import { useSay } from '../say.tsx';
import { TlpLabel } from './tlp-label.tsx';

/** Head and foot of every printed page: the marking at the right, the reference, the entry's id and the head it stands under. */
export function PrintFrame({
  marking,
  reference,
  id,
  root,
}: {
  readonly marking: string;
  readonly reference: string;
  readonly id: string;
  readonly root: string;
}) {
  const say = useSay();
  return (
    <>
      <div className="print-head" aria-hidden="true">
        <span>
          {say('app.name')} <bdi>{reference}</bdi>
        </span>
        <TlpLabel marking={marking} />
      </div>
      <div className="print-foot" aria-hidden="true">
        <span className="hash">
          {say('print.entry')} {id}
          <br />
          {say('print.root')} {root}
        </span>
        <TlpLabel marking={marking} />
      </div>
    </>
  );
}
