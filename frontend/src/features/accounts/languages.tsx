/** Each language in its own words and letters. */
export const LANGUAGES = [
  { value: 'en', label: <span lang="en">English</span> },
  { value: 'ar', label: <span lang="ar">العربية</span> },
];
