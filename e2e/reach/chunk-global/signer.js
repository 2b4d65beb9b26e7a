export function sign(text) {
  return `v1.${text}`;
}
