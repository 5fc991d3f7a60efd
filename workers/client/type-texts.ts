import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';

const head = `// Written by \`npm run client\` from the OpenAPI document; change the routes, not this file.\n\n`;

type Content = Record<string, { schema: { properties?: { error_code?: { enum: string[] } } } }>;
interface Operation {
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** Pages and the files of pages are not part of a client's calls. */
const isCalled = (path: string): boolean => path.startsWith('/v1/') || path === '/ui/mailbox.json';

/** The client's types of an OpenAPI document. */
export async function clientTypes(document: object): Promise<string> {
  const { paths, ...rest } = structuredClone(document) as Document;
  const called = Object.entries(paths).filter(([path]) => isCalled(path));
  const slim = called.map(([path, item]) => [path, mapped(item, withOneRefusal)] as const);
  const types = await openapiTypes(
    { ...rest, paths: Object.fromEntries(slim) } as unknown as OpenAPI3,
    {
      // A field with a default may be left out of a request all the same.
      defaultNonNullable: false,
    },
  );
  return head + astToString(types);
}

/**
 * All refusals of an operation as one type, with the operation's codes: a type for each status
 * would be most of the file.
 */
function withOneRefusal({ requestBody, responses, ...operation }: Operation): Operation {
  const entries = Object.entries(responses);
  const answers = entries.filter(([status]) => status.startsWith('2'));
  const codes = entries.flatMap(
    ([, { content }]) => content?.['application/json']?.schema.properties?.error_code?.enum ?? [],
  );
  const refusal = {
    allOf: [{ $ref: '#/components/schemas/Error' }],
    type: 'object',
    properties: { error_code: { type: 'string', enum: [...new Set(codes)] } },
    required: ['error_code'],
  };
  return {
    ...operation,
    ...(requestBody
      ? { requestBody: { ...requestBody, content: mapped(requestBody.content, schemaAlone) } }
      : {}),
    responses: {
      ...Object.fromEntries(
        answers.map(([status, { content = {} }]) => [
          status,
          { content: mapped(content, schemaAlone) },
        ]),
      ),
      default: { content: { 'application/json': { schema: refusal } } },
    },
  };
}
const schemaAlone = ({ schema }: Content[string]): Content[string] => ({ schema });

const mapped = <Value>(
  fields: Record<string, Value>,
  change: (value: Value) => Value,
): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));
