// Includes PostgreSQL's parse-tree node headers in a form that C++ can live with. Only sql/parse and sql/bind
// include this; it must come after every C++ standard header of the file, since the server headers define
// wide macros.
#pragma once

extern "C" {
// libpg_query keeps these globals thread-local; the server headers would declare them as plain ones.
#define PG_exception_stack ordinal_undeclared_exception_stack
#define error_context_stack ordinal_undeclared_context_stack
#define CurrentMemoryContext ordinal_undeclared_current_context
#define TopMemoryContext ordinal_undeclared_top_context
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wregister"
// postgres.h comes first, whatever the order of names.
// clang-format off
#include <postgres.h>
#include <nodes/parsenodes.h>
#include <nodes/pg_list.h>
#include <nodes/value.h>
// clang-format on
#pragma GCC diagnostic pop
#undef PG_exception_stack
#undef error_context_stack
#undef CurrentMemoryContext
#undef TopMemoryContext
#undef Max
#undef Min
#undef Abs
#undef _
#undef gettext
#undef ngettext
#undef dgettext
#undef dngettext
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef strerror_r
#undef Assert
#undef bind
#undef connect
#undef FATAL
#undef PANIC
#undef ERROR
#undef WARNING
#undef NOTICE
#undef INFO
#undef LOG
}
