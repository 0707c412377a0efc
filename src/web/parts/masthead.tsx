import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { ChannelView } from '../../projection/views.ts';
import { signOut } from '../acts/sign-in.ts';
import { queries } from '../queries.ts';
import { useSay } from '../say.tsx';

/** The head of every page: the wordmark stands on the seam, which runs on from its bar down the page. */
export function Masthead({
  signedIn,
  onPalette,
  onKeys,
}: {
  readonly signedIn: boolean;
  readonly onPalette: () => void;
  readonly onKeys: () => void;
}) {
  const say = useSay();
  return (
    <header className="masthead">
      <a className="skip" href="#main">
        {say('nav.skip')}
      </a>
      <div className="sides">
        <nav aria-label={say('nav.label')}>{signedIn ? <MainNav /> : null}</nav>
        <Link to="/" className="wordmark" aria-label={say('app.name')}>
          <span aria-hidden="true">{say('app.name_left')}</span>
          <span className="bar" aria-hidden="true" />
          <span aria-hidden="true">{say('app.name_right')}</span>
        </Link>
        <div className="tools">
          <Link to="/verify" className="nav-link">
            {say('nav.verify')}
          </Link>
          {signedIn ? (
            <button type="button" className="nav-link" onClick={onPalette}>
              {say('nav.find')} <kbd className="wide-only">{say('key.palette')}</kbd>
            </button>
          ) : null}
          <button type="button" className="nav-link" onClick={onKeys}>
            {say('nav.keys')}
          </button>
          {signedIn ? <PersonMenu onKeys={onKeys} onPalette={onPalette} /> : null}
        </div>
      </div>
    </header>
  );
}

function MainNav() {
  const say = useSay();
  const { channel } = useParams({ strict: false });
  return (
    <>
      <Link to="/" className="nav-link" activeOptions={{ exact: true }}>
        {say('nav.today')}
      </Link>
      <ChannelSwitcher />
      {channel === undefined ? null : (
        <>
          <Link to="/c/$channel" params={{ channel }} className="nav-link" activeOptions={{ exact: true }}>
            {say('nav.table')}
          </Link>
          <Link to="/c/$channel/dossiers" params={{ channel }} className="nav-link">
            {say('nav.dossiers')}
          </Link>
          <Link to="/c/$channel/people" params={{ channel }} className="nav-link">
            {say('nav.people')}
          </Link>
          <Link to="/c/$channel/procedures" params={{ channel }} className="nav-link">
            {say('nav.procedures')}
          </Link>
        </>
      )}
    </>
  );
}

function ChannelSwitcher() {
  const say = useSay();
  const navigate = useNavigate();
  const { channel } = useParams({ strict: false });
  const { data } = useQuery(queries.channels());
  if (data === undefined || data.length === 0) return null;
  const current = data.find((one) => one.id === channel);
  return (
    <MenuTrigger>
      <Button className="nav-link">
        {current === undefined ? say('nav.channels') : <bdi>{current.title}</bdi>}
        <span className="caret" aria-hidden="true" />
      </Button>
      <Popover placement="bottom start" className="menu">
        <Menu aria-label={say('nav.channels')} onAction={(id) => void navigate({ to: '/c/$channel', params: { channel: String(id) } })}>
          {data.map((one) => (
            <MenuItem key={one.id} id={one.id} className="menu-item" textValue={one.title}>
              <bdi>{one.title}</bdi>
              {othersIn(one) === one.title ? null : <bdi className="muted">{othersIn(one)}</bdi>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** The other parties of a channel. */
function othersIn({ parties, us }: ChannelView): string {
  return parties.flatMap(({ name }, party) => (party === us ? [] : [name])).join(', ');
}

function PersonMenu({ onKeys, onPalette }: { readonly onKeys: () => void; readonly onPalette: () => void }) {
  const say = useSay();
  const navigate = useNavigate();
  const { data } = useQuery(queries.session());
  const name = data?.person?.name ?? '';
  const party = data?.party.name ?? '';
  const acts: Readonly<Record<string, () => void>> = {
    device: () => void navigate({ to: '/device' }),
    notices: () => void navigate({ to: '/notices' }),
    rules: () => void navigate({ to: '/rules' }),
    find: onPalette,
    keys: onKeys,
    out: () => void signOut(),
  };
  return (
    <MenuTrigger>
      <Button className="nav-link" aria-label={say('nav.person', { name, party })}>
        <span className="person-name">
          <bdi>{name}</bdi>
          <span className="muted wide-only">
            , <bdi>{party}</bdi>
          </span>
        </span>
        <span className="caret" aria-hidden="true" />
      </Button>
      <Popover placement="bottom end" className="menu">
        <Menu aria-label={name} onAction={(id) => acts[String(id)]?.()}>
          {['device', 'notices', 'rules', 'find', 'keys', 'out'].map((id) => (
            <MenuItem key={id} id={id} className="menu-item">
              {say(`nav.menu.${id}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
