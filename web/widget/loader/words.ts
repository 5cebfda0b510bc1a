/** The few words on the host page itself. */
interface Words {
  open: string;
  close: string;
  title: (brand: string) => string;
  unread: (count: number) => string;
}

const WORDS: Record<string, Words> = {
  en: {
    open: "Open chat",
    close: "Close chat",
    title: (brand) => `Chat with ${brand}`,
    unread: (count) => (count === 1 ? "1 unread message" : `${count} unread messages`),
  },
  de: {
    open: "Chat öffnen",
    close: "Chat schließen",
    title: (brand) => `Chat mit ${brand}`,
    unread: (count) => (count === 1 ? "1 ungelesene Nachricht" : `${count} ungelesene Nachrichten`),
  },
  es: {
    open: "Abrir el chat",
    close: "Cerrar el chat",
    title: (brand) => `Chat con ${brand}`,
    unread: (count) => (count === 1 ? "1 mensaje sin leer" : `${count} mensajes sin leer`),
  },
  fr: {
    open: "Ouvrir la discussion",
    close: "Fermer la discussion",
    title: (brand) => `Discussion avec ${brand}`,
    unread: (count) => (count <= 1 ? `${count} message non lu` : `${count} messages non lus`),
  },
  ar: {
    open: "فتح المحادثة",
    close: "إغلاق المحادثة",
    title: (brand) => `محادثة مع ${brand}`,
    unread: (count) => `الرسائل غير المقروءة: ${count}`,
  },
};

export function wordsFor(locale: string): Words {
  return WORDS[locale.slice(0, 2).toLowerCase()] ?? WORDS["en"]!;
}
