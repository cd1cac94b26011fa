/* What the C runner's own rooms share: the judge's, the calls'
   and the messages'. */

#ifndef RUNNER_REPLAY_H
#define RUNNER_REPLAY_H

#include "calls.h"
#include "words.h"

/* The headers as one text, with a line for each. */
struct block {
    char *text;
    int32_t length;
};

/* 0 if lines cannot say it: a header with a line break within. */
int write_block(struct vector *vector, const acall_reply *reply,
                struct block *block);

/* Plays a call through acall_call_... and through acall_flat_call_... */
int play_call(struct vector *vector, const struct plan *plan,
              struct step *steps);

/* Asks acall_explain_json about each attempt of a call, telling of those before
   it; what it does not tell is taken from the known steps. */
int ask_about_call(struct vector *vector, const struct plan *plan,
                   const struct step *known, struct step *steps);

/* Says a message through acall_message_... and acall_flat_message_... */
int say(struct vector *vector, const struct question *question,
        struct wording *wording);

/* Scrubs a text through acall_redact and acall_one_line, and the flat ones. */
int scrub(struct vector *vector, const struct json *text, struct value *clean,
          struct value *line);

#endif
