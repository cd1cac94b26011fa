/*
 * aftercall: a program calls a business REST API. The reply is here: what
 * does it mean, and what now?
 *
 * Written from the library's source: change ffi/src, not this file.
 *
 *
 * AN EXAMPLE
 *
 *     #include <stdio.h>
 *     #include <string.h>
 *     #include <aftercall.h>
 *
 *     int main(void)
 *     {
 *         const char *body = "{\"status\":false,\"error_code\":67200005}";
 *         acall_reply reply = ACALL_REPLY_INIT;
 *         acall_verdict verdict = ACALL_VERDICT_INIT;
 *
 *         reply.http_status = 200;
 *         reply.body = body;
 *         reply.body_length = strlen(body);
 *         if (acall_judge(acall_profile_eureka(), &reply, &verdict))
 *             return 2;
 *         if (verdict.outcome == ACALL_OUTCOME_SUCCESS)
 *             return 0;
 *         printf("%s, %s\n", acall_category_name(verdict.category),
 *                acall_advice_name(verdict.advice));
 *         return 1;
 *     }
 *
 *
 * REPEATING
 *
 * acall_judge says what a reply means, acall_call_on_reply what follows from
 * it. For each operation: acall_call_begin; then acall_call_before_attempt,
 * send, judge, acall_call_on_reply, again and again while the decision's
 * action is ACALL_ACTION_RETRY (after decision.delay_ms) or _REFRESH (after
 * acall_call_on_refreshed). acall_decision_explain says why. Sleeping, sending
 * and the clock are the caller's. examples/c/retry.c is the whole loop.
 *
 *
 * SENDING
 *
 * With acall_client_from_json and acall_client_send the library does all that:
 * connections, tokens, waits, deadlines, holds. examples/c/client.c is a whole
 * program. A library that was built without its client has none of these
 * functions, though they are declared here.
 *
 *
 * TWO LAYERS
 *
 * The functions above work with structures and handles. The flat ones,
 * acall_flat_... and acall_explain_json, do the same with nothing but
 * int32_t, int64_t, text with a length, and buffers of the caller: for COBOL,
 * Fortran, old C and every language whose foreign calls dislike structures.
 *
 *
 * STATUS
 *
 * A function that can fail returns 0 (ACALL_OK) or a positive number
 * (ACALL_E_...). What it would have written is then left as it was, except
 * where "needed" tells the size of a buffer. A wrong argument is a status,
 * never a crash, as far as that can be seen: NULL, a misaligned pointer, a
 * negative or huge length, an unknown number or flag. A pointer that is not
 * NULL must point to as much as its type or its length says.
 *
 * OWNERSHIP
 *
 * Text goes in as a pointer and a length; it needs no NUL, and the library
 * keeps no pointer to it. Text comes out in a buffer of the caller, or
 * borrowed, and then the function says for how long. What has a _free
 * function is freed by it and nothing else; NULL is fine there.
 *
 * GROWTH
 *
 * A structure that begins with struct_size grows at its end. Set struct_size
 * to the sizeof of your header: a newer library leaves alone what you do not
 * have, and an older one refuses (ACALL_E_ABI_MISMATCH) what it would have to
 * ignore. Zero is the default of every field. Numbers are never reused, new
 * ones may come: have a default branch. Functions are added, not changed.
 * While the version is 0.x the shared library's name is libaftercall.so.0,
 * and a minor release may break all this, and says so.
 *
 * THREADS
 *
 * What is passed as a pointer to const may be used by any number of threads
 * at once, anything else by one at a time. A profile never changes. The
 * library has no state that needs setting up or tearing down, installs no
 * signal handler, and prints nothing. It starts no thread and reads no
 * environment, but for a client: that may look up a name in a short-lived
 * thread, and reads the proxy's variables if its settings say so.
 */

#ifndef AFTERCALL_H
#define AFTERCALL_H
