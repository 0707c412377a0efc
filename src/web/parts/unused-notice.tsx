import { Link } from '@tanstack/react-router';
import { useSay } from '../say.tsx';

/** That nobody here has acknowledged somebody of the other side, what follows from it (`text`), and the way to do it. */
export function UnusedNotice({ channel, signer, text, heading: Heading }: UnusedNoticeProps) {
  const say = useSay();
  return (
    <>
      <Heading>{say('unused.title', { name: signer })}</Heading>
      <p>{say(text)}</p>
      <p className="actions">
        <Link className="button primary" to="/c/$channel/people" params={{ channel }}>
          {say('unused.look')}
        </Link>
      </p>
    </>
  );
}

type UnusedNoticeProps = {
  readonly channel: string;
  readonly signer: string;
  readonly text: 'unused.text' | 'unused.no_answer';
  readonly heading: 'h1' | 'h2';
};
