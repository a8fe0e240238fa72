/**
 * A list of which a field picks by keys, while the focus stays in the field: it says by `aria-activedescendant` which one it
 * is. What comes or goes in the list meanwhile picks no other.
 */
export class Picking<Option> {
	private key = $state<string | null>(null);
	/** Where it stands; -1: nowhere. */
	readonly at = $derived.by(() => {
		const at = this.list().findIndex((one) => this.keyOf(one) === this.key);
		return at < 0 && this.first === 'is picked' && this.list().length > 0 ? 0 : at;
	});
	readonly option = $derived.by(() => this.list()[this.at]);
	/** Its id in the page. */
	readonly id = $derived.by(() => this.option && this.idOf(this.option));

	constructor(
		/** With what the ids of the options begin. */
		private readonly name: string,
		private readonly list: () => readonly Option[],
		private readonly keyOf: (option: Option) => string,
		/** What is so before anything was picked. */
		private readonly first: 'is picked' | 'is as the others',
	) {}

	idOf(option: Option): string {
		return `${this.name}${encodeURIComponent(this.keyOf(option))}`;
	}

	/** Null: it is as before anything was. */
	pick(option: Option | null): void {
		this.key = option && this.keyOf(option);
	}

	/** Goes up and down, and from an end to the other. Whether that is what the key asks for. */
	keyed({ key }: KeyboardEvent): boolean {
		const { length } = this.list();
		if ((key !== 'ArrowDown' && key !== 'ArrowUp') || length === 0) return false;
		const next = key === 'ArrowDown' ? this.at + 1 : Math.max(this.at, 0) - 1 + length;
		this.pick(this.list()[next % length] ?? null);
		document.getElementById(this.id ?? '')?.scrollIntoView({ block: 'nearest' });
		return true;
	}
}
