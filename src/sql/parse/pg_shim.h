// Declares the C functions that call libpg_query's raw parser; see pg_shim.c.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// Fields of a syntax error; the strings live in the memory context.
typedef struct OrdinalParseError {
  const char* message;
  const char* detail;
  const char* hint;
  char sqlstate[6];
  int position;
} OrdinalParseError;

// Makes a memory context of this thread for one parse tree.
void* ordinal_pg_context_new(void);
void ordinal_pg_context_delete(void* context);

// Parses into `context` and returns the List of RawStmt, or a null pointer with `error` filled, or a null
// pointer without (`failed` zero) for an empty script.
void* ordinal_pg_parse(void* context, const char* sql, int* failed, OrdinalParseError* error);

#ifdef __cplusplus
}
#endif
