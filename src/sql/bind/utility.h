// Reads statements that need neither a plan nor a descriptor: transaction control, parameters, EXPLAIN,
// DISCARD.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/parse/tree.h"

struct DefElem;
struct Node;

namespace ordinal::sql {

enum class UtilityKind : std::uint8_t {
  kBegin,
  kCommit,
  kRollback,
  kSavepoint,  // SAVEPOINT, RELEASE and ROLLBACK TO: `name` says which, `value` is the savepoint
  kSet,
  kSetTransaction,  // SET TRANSACTION, SET SESSION CHARACTERISTICS: `local` tells them apart
  kReset,
  kResetAll,
  kShow,
  kShowAll,
  kDiscard,     // `name`: ALL, PLANS, SEQUENCES, TEMPORARY
  kDeallocate,  // `name` empty for ALL
  kClose,       // `name` empty for ALL
  kExplain,
  kSetConstraints,  // `constraints`, none for ALL; `deferred`
  kCall,            // sys.wait_for_job; the id is `value`, or $1
  kRefused,         // DSQL's word for the statement is in `name`
};

struct UtilityStatement {
  UtilityKind kind = UtilityKind::kBegin;
  std::string tag;
  std::string name;                      // of the parameter
  std::string value;                     // kSet: the value, as text
  bool use_default = false;              // kSet: SET x TO DEFAULT
  bool local = false;                    // kSet: SET LOCAL
  std::optional<bool> read_only;         // kBegin, kSetTransaction
  std::optional<std::string> isolation;  // in lower case
  bool chain = false;
  bool parameter = false;                                        // kCall: the argument is $1
  std::vector<std::pair<std::string, std::string>> constraints;  // kSetConstraints: schema or empty, and name
  bool deferred = false;
  bool analyze = false;  // kExplain
  struct {
    bool verbose = false;
    bool json = false;
    bool timing = false;
    bool summary = false;
  } explain;
  const Node* explained = nullptr;  // kExplain; lives as long as the tree
};

// The first statement of a tree that has one.
inline const ::Node& FirstNode(const parse::Tree& tree) {
  return *static_cast<const ::Node*>(tree.statements().front().node);
}

// Whether an option of EXPLAIN, ANALYZE or VACUUM is switched on; one without a value is. Throws 42601
// `<name> requires a Boolean value`.
bool IsOn(const ::DefElem& option);

// What a statement is to the session.
enum class StatementClass : std::uint8_t {
  kQuery,
  kUtility,
  kDdl,
  kCopy,
  kPrepare,
  kExecute,
  kDeclare,
  kFetch,
  kUnknown
};

StatementClass Classify(const Node& node);

// REQUIRES Classify(node) == kUtility.
UtilityStatement ReadUtility(const Node& node, const parse::Tree& tree);

// What a statement of no class is called: in DSQL's `unsupported statement: X`, and in SQL.
struct StatementNames {
  const char* parser;
  const char* command;
};
StatementNames NamesOf(const Node& node);

}  // namespace ordinal::sql
