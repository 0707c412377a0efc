import { referencesOf, type SourceFile } from './tree.ts';
import { isTest, roomOf } from './walls.ts';

type Manifest = Partial<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Readonly<Record<string, string>>>>;
type Lock = {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly hasInstallScript?: true }>>;
};

/** Packages without a reason: each is named in a table row of ARCHITECTURE.md, and the row says why. */
export function unexplainedPackages(files: readonly SourceFile[]): readonly string[] {
  const page = find(files, 'ARCHITECTURE.md');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  return Object.keys(packagesOf(files)).flatMap((name) => {
    const row = rows.find((line) => line.includes(`\`${name}\``));
    if (row === undefined) return [`ARCHITECTURE.md: no reason is given for ${name}`];
    const reason = row.split('|').at(-2)?.trim() ?? '';
    return reason.split(' ').length < 3 ? [`ARCHITECTURE.md: the reason for ${name} is empty`] : [];
  });
}

/** Packages that the product imports and an installation would not have, and those that everything else imports and nobody declared. */
export function undeclaredPackages(files: readonly SourceFile[]): readonly string[] {
  const { dependencies = {} } = JSON.parse(find(files, 'package.json')) as Manifest;
  const declared = packagesOf(files);
  return files.flatMap((file) => {
    const installed = roomOf(file.path) !== undefined && roomOf(file.path) !== 'web' && !isTest(file.path);
    if (file.path.startsWith('bench/peers/')) return [];
    return referencesOf(file)
      .filter(
        ({ to, typeOnly }) => !to.startsWith('.') && !to.startsWith('node:') && !(installed && !typeOnly ? dependencies : declared)[packageName(to)],
      )
      .map(({ to }) => `${file.path}: imports ${to}, which is not among the ${installed ? 'dependencies' : 'packages'}`);
  });
}

/** Run-time dependencies that no room imports. */
export function unusedPackages(files: readonly SourceFile[]): readonly string[] {
  const { dependencies = {} } = JSON.parse(find(files, 'package.json')) as Manifest;
  const used = new Set(
    files.filter((file) => roomOf(file.path) !== undefined).flatMap((file) => referencesOf(file).map(({ to }) => packageName(to))),
  );
  return Object.keys(dependencies)
    .filter((name) => !used.has(name))
    .map((name) => `package.json: no room imports ${name}`);
}

/** Versions that are ranges: what was tested is what is installed. */
export function looseVersions(files: readonly SourceFile[]): readonly string[] {
  return Object.entries(packagesOf(files))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} is ${version}, not one exact version`);
}

/** Packages that run a program of theirs when they are installed. */
export function installScripts(files: readonly SourceFile[]): readonly string[] {
  const { packages } = JSON.parse(find(files, 'package-lock.json')) as Lock;
  return Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => `package-lock.json: ${path} runs a script when installed`);
}

/**
 * Optional packages that the lockfile leaves out, and fetched addresses that it should leave out.
 *
 * `npm ci` refuses a lockfile without an entry for every platform's package, also on platforms that never install it.
 */
export function lockfileGaps(files: readonly SourceFile[]): readonly string[] {
  const text = find(files, 'package-lock.json');
  const { packages } = JSON.parse(text) as Lock;
  const gaps = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !places(path, name).some((place) => place in packages))
      .map((name) => `package-lock.json: no entry for ${name}, which ${path === '' ? 'package.json' : path} names; npm ci would fail`),
  );
  return text.includes('"resolved"') ? [...gaps, 'package-lock.json: holds addresses of a registry'] : gaps;
}

/** Where a package that `path` depends on may stand in the lockfile, innermost first. */
function places(path: string, name: string): readonly string[] {
  const found = [`${path}/node_modules/${name}`];
  for (let at = path.lastIndexOf('node_modules/'); at > 0; at = path.lastIndexOf('node_modules/', at - 1))
    found.push(`${path.slice(0, at)}node_modules/${name}`);
  return [...found, `node_modules/${name}`];
}

/** `@noble/curves` of `@noble/curves/ed25519.js`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function packagesOf(files: readonly SourceFile[]): Readonly<Record<string, string>> {
  const manifest = JSON.parse(find(files, 'package.json')) as Manifest;
  return { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
}

function find(files: readonly SourceFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? (path.endsWith('.json') ? '{"packages":{}}' : '');
}
