/** Which language the client speaks, of those that there are: known before anything is drawn. */

/** The languages that there are; a browser knows the names that they have for themselves. */
export const languages: readonly string[] = ['en', 'de', 'es', 'ar'];

/** The one that was chosen, else the first that one reads and that there is, else English. */
export function choose(chosen: string | null, reads: readonly string[]): string {
	const tags = [chosen ?? '', ...reads].map((tag) => tag.toLowerCase().split('-')[0] ?? '');
	return tags.find((tag) => languages.includes(tag)) ?? 'en';
}
