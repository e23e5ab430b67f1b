/** The part of JSON Schema that the schemas of this project use. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
}

/** What is wrong with `value`, each error with the path to it; empty when it conforms. */
export function validateSchema(schema: Schema, value: unknown, path = ''): string[] {
  const where = path === '' ? '' : `\`${path}\` `;
  if (schema.enum && !schema.enum.includes(value as string))
    return [`${where}is ${shown(value)}; must be one of: ${schema.enum.join('; ')}`];
  if (schema.type && typeOf(value) !== schema.type)
    return [`${where}must be ${article(schema.type)}, not ${shown(value)}`];
  if (typeof value === 'string' && schema.pattern && !new RegExp(schema.pattern).test(value))
    return [`${where}is ${shown(value)}; must match ${schema.pattern}`];
  if (Array.isArray(value))
    return schema.items ? value.flatMap((item, i) => validateSchema(schema.items!, item, `${path}[${i}]`)) : [];
  if (typeOf(value) !== 'object') return [];
  const object = value as Readonly<Record<string, unknown>>;
  const missing = (schema.required ?? [])
    .filter(key => !Object.hasOwn(object, key))
    .map(key => `${where}has no \`${key}\``);
  const wrong = Object.entries(object).flatMap(([key, item]) => {
    const property = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property) return validateSchema(property, item, path === '' ? key : `${path}.${key}`);
    return schema.additionalProperties === false ? [`${where}has an unknown property \`${key}\``] : [];
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
