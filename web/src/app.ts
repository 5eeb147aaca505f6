/* All script of the pages. Every page works without it. */
import "htmx.org";
import { arrows } from "./arrows";
import { keys } from "./keys";
import { drafts } from "./draft";
import { once } from "./once";
import { status } from "./status";
import { locate } from "./locate";
import { focus } from "./focus";
import { print } from "./print";
import { change } from "./change";
import { rolls } from "./roll";
import { next } from "./next";
import { passkeys } from "./passkey";
import { cards } from "./card";

keys();
arrows();
drafts();
once();
status();
locate();
focus();
print();
change();
rolls();
next();
passkeys();
cards();
