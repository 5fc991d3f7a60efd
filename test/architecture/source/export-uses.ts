import { dirname, join } from 'node:path';
import ts from 'typescript';

/** A file with its path from the root. */
export interface Source {
  path: string;
  text: string;
}

/** An export that is imported by name, or by every name of the file. */
interface Use {
  file: string;
  name: string;
}
const everyName = '*';

/** An exported name with the files that import the name. */
interface UsedExport {
  file: string;
  name: string;
  users: string[];
}

/** Every exported name of the files. A re-export uses a name, and is an export itself. */
export function exportUses(sources: readonly Source[]): UsedExport[] {
  const users = new Map<string, Set<string>>();
  const parsed = sources.map(({ path, text }) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
    for (const { file: used, name } of usesIn(file)) {
      const key = `${used} ${name}`;
      users.set(key, (users.get(key) ?? new Set()).add(path));
    }
    return file;
  });
  return parsed.flatMap((file) =>
    exportedNames(file).map((name) => ({
      file: file.fileName,
      name,
      users: [name, everyName].flatMap((each) => [
        ...(users.get(`${file.fileName} ${each}`) ?? []),
      ]),
    })),
  );
}

function exportedNames(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      return exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : [];
    }
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
    const { name } = statement as { name?: ts.Node };
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

const boundNames = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) =>
        ts.isOmittedExpression(element) ? [] : boundNames(element.name),
      );

function usesIn(file: ts.SourceFile): Use[] {
  const uses: Use[] = [];
  const use = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !/^\.\.?\//.test(specifier.text))
      return;
    const used = join(dirname(file.fileName), specifier.text).replace(/\.js$/, '.ts');
    uses.push(...names.map((name) => ({ file: used, name })));
  };
  const visit = (node: ts.Node, around: readonly ts.Node[]): void => {
    if (ts.isImportDeclaration(node)) use(node.moduleSpecifier, importedNames(node.importClause));
    else if (ts.isExportDeclaration(node)) use(node.moduleSpecifier, namesOf(node.exportClause));
    else if (ts.isImportTypeNode(node))
      use(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, [
        firstName(node.qualifier),
      ]);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      use(node.arguments[0], namesTaken(around));
    ts.forEachChild(node, (child) => visit(child, [node, ...around]));
  };
  visit(file, []);
  return uses;
}
const importedNames = (clause: ts.ImportClause | undefined): string[] =>
  namesOf(clause?.namedBindings);

/** The names of the other file: `import { name as other }` uses `name`. */
function namesOf(bindings: ts.NamedImportBindings | ts.NamedExportBindings | undefined): string[] {
  if (!bindings || !('elements' in bindings)) return [everyName];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function firstName(name: ts.EntityName | undefined): string {
  if (!name) return everyName;
  return ts.isIdentifier(name) ? name.text : firstName(name.left);
}

/** What is taken of `await import('…')`: by `const { name } =`, or by `.name`. */
function namesTaken([awaited, ...around]: readonly ts.Node[]): string[] {
  const [first, second] = around;
  if (!awaited || !ts.isAwaitExpression(awaited) || !first) return [everyName];
  if (ts.isVariableDeclaration(first) && ts.isObjectBindingPattern(first.name))
    return first.name.elements.flatMap(({ name, propertyName }) =>
      propertyName && ts.isIdentifier(propertyName) ? [propertyName.text] : boundNames(name),
    );
  return ts.isParenthesizedExpression(first) && second && ts.isPropertyAccessExpression(second)
    ? [second.name.text]
    : [everyName];
}
