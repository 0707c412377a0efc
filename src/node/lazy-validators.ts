import buildAjv from '@fastify/ajv-compiler';

type Validate = ((data: unknown) => unknown) & { errors?: unknown };
type Build = (schemas: never, options: never) => (route: never) => Validate;

const build = buildAjv() as Build;

/**
 * Fastify's own compiler of what requests may say, each schema compiled when a request first needs it.
 *
 * A door has well over a hundred of them, and to compile them all took longer than everything else that opens it: a node answers sooner, and a command
 * that asks a door of its own process compiles the two it uses. For `Fastify({ schemaController })`.
 */
export const lazyValidators = {
  compilersFactory: {
    buildValidator: (schemas: unknown, options: unknown) => {
      const compile = once(() => build(schemas as never, options as never));
      return (route: unknown): Validate => {
        const made = once(() => compile()(route as never));
        const validate: Validate = (data) => {
          const compiled = made();
          const result = compiled(data);
          // Where a validator leaves what it found, and Fastify looks for it.
          validate.errors = compiled.errors;
          return result;
        };
        return validate;
      };
    },
  },
};

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
