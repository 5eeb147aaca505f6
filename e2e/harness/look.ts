// The looks every page must stand: three languages, light and dark.

export interface Look {
  language: "lv" | "en" | "lt";
  locale: string;
  colours: "light" | "dark";
}

const locales = { lv: "lv-LV", en: "en-GB", lt: "lt-LT" } as const;

/** All six looks. */
export const looks: Look[] = (["lv", "en", "lt"] as const).flatMap((language) =>
  (["light", "dark"] as const).map((colours) => ({ language, locale: locales[language], colours })),
);
