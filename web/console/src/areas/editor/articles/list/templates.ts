/** What a new article begins with, by its type: an outline to be written over, never something to publish as it is. */

const TEMPLATES: Readonly<Record<string, string>> = {
  article: `Say the answer in one or two sentences.

## How to do it

1. First step
2. Second step

## If that does not help

Say who can help, and how to reach them.
`,
  faq: `Answer the question in two or three sentences, without an introduction.
`,
  playbook: `## When to use it

Say what the customer asks or what has happened.

## Steps

1. Check …
2. Tell the customer …
3. Record …

## When to hand over

Say to whom, and what they need to know.
`,
  incident_note: `## What is broken

Say what does not work, for whom, and since when.

## What to tell people

> One or two sentences that can be sent as they are.

## Way around it

None is known yet.
`,
  disclaimer: `Write the notice as readers will see it.
`,
};

export const templateOf = (type: string): string => TEMPLATES[type] ?? TEMPLATES["article"] ?? "";
