/** The text without comments, strings and preprocessor lines; each offset and each line end stays. */
export function blank(text: string): string {
  const hidden =
    /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm;
  return text.replace(hidden, found => found.replace(/[^\n]/g, ' '));
}
