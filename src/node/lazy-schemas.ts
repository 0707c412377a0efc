import buildAjv from '@fastify/ajv-compiler';
import buildStringify from '@fastify/fast-json-stringify-compiler';

type Compiled = ((data: unknown) => unknown) & { errors?: unknown };
type Build = (external: never, options: never) => (route: never) => Compiled;

const validators = buildAjv();
const serializers = buildStringify();

/**
 * Fastify's own compilers of schemas, each schema compiled when a request first needs it.
 *
 * A door has well over a hundred of them, and to compile them all took longer than everything else that opens it: a node answers sooner, and a command
 * that asks a door of its own process compiles the two it uses. For `Fastify({ schemaController })`.
 */
export const lazySchemas = { compilersFactory: { buildValidator: lazily(validators as Build), buildSerializer: lazily(serializers as Build) } };

function lazily(build: Build) {
  return (external: unknown, options: unknown) => {
    const compile = once(() => build(external as never, options as never));
    return (route: unknown): Compiled => {
      const made = once(() => compile()(route as never));
      const lazy: Compiled = (data) => {
        const compiled = made();
        const result = compiled(data);
        // Where a validator leaves what it found, and Fastify looks for it.
        lazy.errors = compiled.errors;
        return result;
      };
      return lazy;
    };
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
