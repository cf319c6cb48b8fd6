// Calls PostgreSQL's raw parser inside libpg_query and catches its errors with all their fields.
//
// The library keeps its globals thread-local while the server headers declare them as plain globals, so the names are
// hidden while the headers are read and declared again as they really are.
#define PG_exception_stack ordinal_undeclared_exception_stack
#define error_context_stack ordinal_undeclared_context_stack
#define CurrentMemoryContext ordinal_undeclared_current_context
#define TopMemoryContext ordinal_undeclared_top_context
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <postgres.h>

#include <nodes/pg_list.h>
#include <parser/parser.h>
#include <utils/memutils.h>
#pragma GCC diagnostic pop
#undef PG_exception_stack
#undef error_context_stack
#undef CurrentMemoryContext
#undef TopMemoryContext

#include <pg_query.h>

#include "sql/parse/pg_shim.h"

extern __thread sigjmp_buf* PG_exception_stack;
extern __thread ErrorContextCallback* error_context_stack;
extern __thread MemoryContext CurrentMemoryContext;
extern __thread MemoryContext TopMemoryContext;

void pg_query_init(void);

void* ordinal_pg_context_new(void) {
  pg_query_init();
  return AllocSetContextCreateInternal(TopMemoryContext, "ordinal", ALLOCSET_DEFAULT_SIZES);
}

void ordinal_pg_context_delete(void* context) { MemoryContextDelete((MemoryContext)context); }

static void ReadError(OrdinalParseError* error) {
  ErrorData* data = CopyErrorData();
  FlushErrorState();
  error->message = data->message;
  error->detail = data->detail;
  error->hint = data->hint;
  error->position = data->cursorpos;
  for (int i = 0; i < 5; ++i) {
    error->sqlstate[i] = (char)PGUNSIXBIT(data->sqlerrcode >> (6 * i));
  }
  error->sqlstate[5] = '\0';
}

void* ordinal_pg_parse(void* context, const char* sql, int* failed, OrdinalParseError* error) {
  MemoryContext outer = CurrentMemoryContext;
  sigjmp_buf* saved_stack = PG_exception_stack;
  ErrorContextCallback* saved_callbacks = error_context_stack;
  sigjmp_buf here;
  List* volatile tree = NIL;
  *failed = 0;
  CurrentMemoryContext = (MemoryContext)context;
  if (sigsetjmp(here, 0) == 0) {
    PG_exception_stack = &here;
    tree = raw_parser(sql, RAW_PARSE_DEFAULT);
  } else {
    CurrentMemoryContext = (MemoryContext)context;
    *failed = 1;
    ReadError(error);
  }
  PG_exception_stack = saved_stack;
  error_context_stack = saved_callbacks;
  CurrentMemoryContext = outer;
  return tree;
}
