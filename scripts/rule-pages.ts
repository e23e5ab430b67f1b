export async function renderPages(_root: string): Promise<[string, string][]> {
  return [];
}
