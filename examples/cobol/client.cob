      *> A call through the client: client BASE_URL; the key of the API is
      *> in API_KEY. cobc -x -free would do too; this is the fixed form.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. CLIENT.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
      *> From aftercall.h.
       78  BY-PROFILE            VALUE -1.
       78  RESPONSE-IS-SUCCESS   VALUE 0.
       01  BASE-URL              PIC X(200).
       01  API-KEY               PIC X(200).
       01  SETTINGS              PIC X(500).
       01  SETTINGS-LENGTH       USAGE BINARY-LONG.
       01  CLIENT-NUMBER         USAGE BINARY-DOUBLE.
       01  RESPONSE              USAGE BINARY-DOUBLE.
       01  SUCCEEDED             USAGE BINARY-DOUBLE.
       01  NEEDED                USAGE BINARY-LONG.
       01  ANSWER                PIC X(2000).
       01  CALL-STATUS           USAGE BINARY-LONG.
       PROCEDURE DIVISION.
       MAIN-PARAGRAPH.
           ACCEPT BASE-URL FROM ARGUMENT-VALUE
           ACCEPT API-KEY FROM ENVIRONMENT "API_KEY"
           MOVE 1 TO SETTINGS-LENGTH
           STRING '{"base_url": "' FUNCTION TRIM(BASE-URL)
               '", "api_key": "' FUNCTION TRIM(API-KEY) '"}'
               DELIMITED BY SIZE INTO SETTINGS
               WITH POINTER SETTINGS-LENGTH
           SUBTRACT 1 FROM SETTINGS-LENGTH
           CALL "acall_flat_client_from_json" USING
               BY REFERENCE SETTINGS BY VALUE SETTINGS-LENGTH
               BY REFERENCE CLIENT-NUMBER
               RETURNING CALL-STATUS
           IF CALL-STATUS NOT = 0
               MOVE SPACES TO ANSWER
               CALL "acall_last_error" USING
                   BY REFERENCE ANSWER BY VALUE LENGTH OF ANSWER
                   BY REFERENCE NEEDED
               DISPLAY ANSWER(1:NEEDED - 1)
               STOP RUN RETURNING 2
           END-IF
           CALL "acall_flat_client_send" USING
               BY VALUE CLIENT-NUMBER
               BY REFERENCE "GET" BY VALUE 3
               BY REFERENCE "/pages?limit=1" BY VALUE 14
               BY REFERENCE " " BY VALUE 0
               BY REFERENCE " " BY VALUE 0
               BY VALUE BY-PROFILE BY VALUE BY-PROFILE
               BY REFERENCE " " BY VALUE 0
               BY VALUE SIZE 8 30000 BY VALUE SIZE 8 0
               BY REFERENCE RESPONSE
               RETURNING CALL-STATUS
           IF CALL-STATUS NOT = 0
               STOP RUN RETURNING 2
           END-IF
           CALL "acall_flat_response_int" USING
               BY VALUE RESPONSE BY VALUE RESPONSE-IS-SUCCESS
               BY REFERENCE SUCCEEDED
           IF SUCCEEDED = 1
               CALL "acall_flat_response_data_fixed" USING
                   BY VALUE RESPONSE
                   BY REFERENCE ANSWER BY VALUE LENGTH OF ANSWER
                   BY REFERENCE NEEDED
           ELSE
      *>       For support.
               CALL "acall_flat_response_paragraph_fixed" USING
                   BY VALUE RESPONSE
                   BY REFERENCE ANSWER BY VALUE LENGTH OF ANSWER
                   BY REFERENCE NEEDED
           END-IF
           DISPLAY FUNCTION TRIM(ANSWER)
           CALL "acall_flat_response_free" USING BY VALUE RESPONSE
           CALL "acall_flat_client_free" USING BY VALUE CLIENT-NUMBER
           IF SUCCEEDED = 1
               STOP RUN RETURNING 0
           END-IF
           STOP RUN RETURNING 1.
