// Describes a value as text, equally in a page and in Node, so that sent and received values can be compared.
{
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const list = (values) => Array.from(values, describeValue).join();

  function describeValue(value) {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (Object.is(value, -0)) return '-0';
    return typeof value === 'object' && value !== null ? describeObject(value) : String(value);
  }

  function describeObject(value) {
    const tag = tagOf(value);
    if (ArrayBuffer.isView(value)) return `${tag}<${hex(value.buffer, value.byteOffset, value.byteLength)}>`;
    switch (tag) {
      case 'Array':
        return `[${list(value)}]`;
      case 'ArrayBuffer':
        return `${tag}<${hex(value)}>`;
      case 'Date':
        return `Date<${value.getTime()}>`;
      case 'Map':
        return `Map<${list(value)}>`;
      case 'Set':
        return `Set<${list(value)}>`;
      case 'Error':
        return `Error<${list([value.name, value.message, value.stack])}>`;
      default:
        return `${tag}{${list(Object.entries(value))}}`;
    }
  }

  function hex(buffer, ...range) {
    return Array.from(new Uint8Array(buffer, ...range), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  globalThis.describeValue = describeValue;
}
