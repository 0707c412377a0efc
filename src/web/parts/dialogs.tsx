import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Autocomplete, Dialog, Heading, Input, Menu, MenuItem, Modal, ModalOverlay, SearchField, Switch, useFilter } from 'react-aria-components';
import { setPrefs, usePrefs } from '../prefs.ts';
import { queries, tableQuery } from '../queries.ts';
import { useSay } from '../say.tsx';
import { visible } from '../visible.ts';

type OpenState = { readonly isOpen: boolean; readonly onOpenChange: (open: boolean) => void };

/** Ctrl-K: every page, channel and dossier by a few letters; nothing here that cannot be reached by pointing. */
export function Palette({ isOpen, onOpenChange }: OpenState) {
  const say = useSay();
  const { contains } = useFilter({ sensitivity: 'base' });
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={onOpenChange} isDismissable className="modal-ground">
      <Modal className="modal">
        <Dialog aria-label={say('palette.title')}>
          <Autocomplete filter={contains}>
            <SearchField aria-label={say('palette.search')} autoFocus className="palette-search">
              <Input className="input" placeholder={say('palette.hint')} />
            </SearchField>
            {isOpen ? <Places onDone={() => onOpenChange(false)} /> : null}
            {isOpen ? <OpenedOnly /> : null}
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Channels whose newest documents are asked for when somebody looks for something. */
const MAX_ASKED = 12;

/** That not every document is found here, where there are too many channels to ask each. */
function OpenedOnly() {
  const say = useSay();
  const { data: channels = [] } = useQuery(queries.channels());
  return channels.length <= MAX_ASKED ? null : <p className="palette-empty muted">{say('palette.opened_only', { max: MAX_ASKED })}</p>;
}

type Place = { readonly id: string; readonly label: string; readonly where: string; readonly go: () => void };

function Places({ onDone }: { readonly onDone: () => void }) {
  const say = useSay();
  const places = usePlaces();
  return (
    <Menu
      aria-label={say('palette.title')}
      className="palette-list"
      items={places}
      onAction={(id) => {
        places.find((place) => place.id === id)?.go();
        onDone();
      }}
      renderEmptyState={() => <p className="palette-empty muted">{say('palette.none')}</p>}
    >
      {(place: Place) => (
        <MenuItem id={place.id} className="menu-item" textValue={`${place.label} ${place.where}`}>
          <bdi>{place.label}</bdi>
          <bdi className="muted">{place.where}</bdi>
        </MenuItem>
      )}
    </Menu>
  );
}

function usePlaces(): Place[] {
  const say = useSay();
  const navigate = useNavigate();
  const { data: channels = [] } = useQuery(queries.channels());
  const dossiers = useQueries({ queries: channels.map((channel) => queries.dossiers(channel.id)) });
  const client = useQueryClient();
  // What is looked for may stand on a page that nobody has opened here; of very many channels only what was opened is searched.
  const enabled = channels.length <= MAX_ASKED;
  const tables = useQueries({ queries: channels.map((channel) => ({ ...tableQuery(client, channel.id), enabled })) });
  const places: Place[] = [
    { id: 'today', label: say('nav.today'), where: '', go: () => void navigate({ to: '/' }) },
    { id: 'verify', label: say('nav.verify'), where: '', go: () => void navigate({ to: '/verify' }) },
    { id: 'device', label: say('nav.menu.device'), where: '', go: () => void navigate({ to: '/device' }) },
    { id: 'notices', label: say('nav.menu.notices'), where: '', go: () => void navigate({ to: '/notices' }) },
  ];
  channels.forEach((channel, i) => {
    const params = { channel: channel.id };
    const where = channel.title;
    places.push(
      { id: `t ${channel.id}`, label: say('palette.table'), where, go: () => void navigate({ to: '/c/$channel', params }) },
      { id: `n ${channel.id}`, label: say('compose.title'), where, go: () => void navigate({ to: '/c/$channel/compose', params }) },
      { id: `d ${channel.id}`, label: say('nav.dossiers'), where, go: () => void navigate({ to: '/c/$channel/dossiers', params }) },
    );
    for (const dossier of dossiers[i]?.data ?? []) {
      places.push({
        id: `d ${channel.id} ${dossier.id}`,
        label: visible(dossier.title),
        where: `${where}, ${say('palette.dossier')}`,
        go: () => void navigate({ to: '/c/$channel/dossiers/$id', params: { ...params, id: dossier.id } }),
      });
    }
    // A reference before those that begin with it: US-5 before US-50.
    const rows = (tables[i]?.data?.rows ?? []).slice(0, 200).toSorted((a, b) => a.ref.length - b.ref.length);
    for (const row of rows) {
      places.push({
        id: `e ${channel.id} ${row.id}`,
        label: `${visible(row.ref)} ${say(row.summary)}`.trim(),
        where,
        go: () => void navigate({ to: '/c/$channel/documents/$id', params: { ...params, id: row.id } }),
      });
    }
  });
  return places;
}

/** Keys and what they do, as id parts of the catalogue. */
const KEYS: readonly (readonly [keys: readonly string[], act: string])[] = [
  [['Ctrl', 'K'], 'palette'],
  [['j'], 'next'],
  [['k'], 'previous'],
  [['Enter'], 'open'],
  [['g', 't'], 'today'],
  [['g', 'c'], 'table'],
  [['g', 'd'], 'dossiers'],
  [['n'], 'new'],
  [['?'], 'keys'],
];

/** What the keys do, and the switch that turns single keys off. */
export function KeysDialog({ isOpen, onOpenChange }: OpenState) {
  const say = useSay();
  const { keys } = usePrefs();
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={onOpenChange} isDismissable className="modal-ground">
      <Modal className="modal">
        <Dialog className="dialog">
          {({ close }) => (
            <>
              <Heading slot="title" level={2}>
                {say('keys.title')}
              </Heading>
              <dl className="facts keys-list">
                {KEYS.map(([names, act]) => (
                  <div key={act} className="contents">
                    <dt>
                      {names.map((name) => (
                        <kbd key={name}>{name}</kbd>
                      ))}
                    </dt>
                    <dd>{say(`keys.${act}`)}</dd>
                  </div>
                ))}
              </dl>
              <Switch className="switch" isSelected={keys} onChange={(on) => setPrefs({ keys: on })}>
                <span className="switch-mark" aria-hidden="true" />
                {say('keys.single')}
              </Switch>
              <button type="button" className="button" onClick={close}>
                {say('act.close')}
              </button>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Remembers whether each dialog is open. */
export function useDialogs() {
  const [open, setOpen] = useState<'palette' | 'keys' | undefined>(undefined);
  const dialog = (name: 'palette' | 'keys'): OpenState => ({ isOpen: open === name, onOpenChange: (isOpen) => setOpen(isOpen ? name : undefined) });
  return { palette: dialog('palette'), keys: dialog('keys') };
}
