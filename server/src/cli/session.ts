import type { OpenAnalyzer } from '../core/facade';
import { createAnalyzer } from '../core/index';
import { createParser } from '../parser/wasm';
import { UsageError } from './usage-error';

/** The one place of the command line that makes an analyzer. Throws UsageError for rows that cannot be understood. */
export const openAnalyzer: OpenAnalyzer = async (extraRows, options = {}) => {
  const analyzer = createAnalyzer({ parser: await createParser(), extraRows, ...options });
  if (analyzer.errors.length > 0)
    throw new UsageError(analyzer.errors.map(error => `configuration: api: ${error}`).join('\n'));
  return analyzer;
};
