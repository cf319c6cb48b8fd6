// Binds one statement of a parse tree: names to objects, types to expressions. The tree must outlive the
// binder and belong to the calling thread; the BoundStatement owes it nothing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/bound.h"
#include "sql/bind/environment.h"
#include "sql/bind/recursive_columns.h"
#include "sql/bind/scope.h"
#include "sql/bind/write_target.h"
#include "sql/expr/function.h"
#include "sql/parse/tree.h"

// Node types of PostgreSQL's parse tree; see sql/parse/pg_nodes.h.
struct A_ArrayExpr;
struct A_Expr;
struct A_Indirection;
struct Alias;
struct BoolExpr;
struct CaseExpr;
struct ColumnRef;
struct CommonTableExpr;
struct DeleteStmt;
struct FuncCall;
struct GroupingFunc;
struct InferClause;
struct InsertStmt;
struct JoinExpr;
struct List;
struct LockingClause;
struct MultiAssignRef;
struct Node;
struct NullTest;
struct OnConflictClause;
struct RangeFunction;
struct RangeVar;
struct ResTarget;
struct RowExpr;
struct SQLValueFunction;
struct SelectStmt;
struct SortBy;
struct SubLink;
struct TypeName;
struct UpdateStmt;
struct WindowDef;
struct WithClause;

namespace ordinal::sql {

// Bounds $n, as the protocol's 16-bit count does.
inline constexpr int kParametersMax = 65535;

// What CREATE VIEW must remember of the names in its query, so that they go on to mean the same.
struct ViewRecord {
  int begin = 0;  // byte offset of the statement in the text; locations count from here
  std::vector<catalog::ViewReference> references;
  std::vector<std::pair<std::string, base::Oid>> names;
  std::set<std::pair<base::Oid, base::AttributeNumber>> uses;  // columns of relations; 0: the relation
};

// Resolves a type name with its modifiers; throws 42704 `type "x" does not exist` and 0A000 for SETOF.
Type BindTypeName(const ::TypeName& name, const parse::Tree& tree, const BindEnvironment& environment);

// Finds a domain by the parts of its name, on the search path unless they say a schema; nullptr when there is
// none, 3F000 when the schema is missing.
catalog::Catalog::DomainPtr LookupDomain(const BindEnvironment& environment,
                                         const std::vector<std::string>& name);

// A function of a user as one call sees it.
struct RoutineCandidate {
  catalog::Catalog::FunctionPtr function;
  std::vector<std::size_t> places;  // which input each argument of the call gives
  bool spread = false;              // the last arguments are the elements of the last input
  bool ambiguous = false;           // another one takes the same
  std::vector<Type> types;          // what the call has to give
  Function shape;                   // its arguments are these types, domains and rows not told apart
};

class Binder {
 public:
  // `parameter_types`: what the client declared; kInvalid or kUnknown where it left the choice to us, or
  // where the type says a domain whose type is not looked up yet.
  Binder(const BindEnvironment& environment, const parse::Tree& tree, std::vector<Type> parameter_types);

  // Binds SELECT, VALUES, INSERT, UPDATE or DELETE.
  BoundStatement BindStatement(const ::Node& node);

  // Binds the query of DECLARE CURSOR: SELECT or VALUES. Where each of its rows is one row of a table, they
  // are known for WHERE CURRENT OF.
  BoundStatement BindCursor(const ::Node& node);

  // Binds an expression that stands alone: over no row (`table` null), or over the columns of `table`
  // (CHECK). `what` names the place in errors, such as "DEFAULT expression" or "check constraint".
  ExprPtr BindStandalone(const ::Node& node, const catalog::TableDescriptor* table, std::string_view what);

  // From now on notes what relations and columns mean. `record` outlives the binder.
  void RecordNames(ViewRecord& record) { record_ = &record; }

  // Binds statements of the function's body: $1 and the names of its inputs mean those. `standard` holds what
  // other names mean, null for the present. Both outlive the binder.
  void SetRoutine(const catalog::FunctionDescriptor& function, const catalog::ViewDescriptor* standard) {
    routine_ = &function;
    view_ = standard;
  }

  const std::vector<Type>& parameter_types() const { return statement_.parameters; }

 private:
  enum class Clause : std::uint8_t {
    kSelect,
    kWhere,
    kGroupBy,
    kHaving,
    kOrderBy,
    kFrom,
    kValues,
    kLimit,
    kReturning,
    kSet,
    kJoin,
    kWindow,
    kFilter,
    kFrame,
    kDistinctOn,
    kStandalone
  };

  // FOR UPDATE and the like (lock_binder.cc).
  void CheckLocking(const ::SelectStmt& select) const;
  void BindLocks(const ::SelectStmt& select, const Scope& scope, BoundQuery& query);
  void LockNamed(const ::LockingClause& clause, const ::RangeVar& var, const Scope& scope, BoundQuery& query);
  std::string NameOf(const BoundSource& source) const;
  // Lets a cursor know of which rows of a table those of the query came, where each came of one.
  static void TraceRows(BoundQuery& query);
  // Queries (query_binder.cc, from_binder.cc, join_binder.cc, group_binder.cc).
  std::unique_ptr<BoundQuery> BindQuery(const ::SelectStmt& select, Scope* outer);
  std::unique_ptr<BoundQuery> BindSetOperation(const ::SelectStmt& select, Scope* outer);
  std::unique_ptr<BoundQuery> BindValues(const ::SelectStmt& select, Scope* outer);
  std::unique_ptr<BoundQuery> BindPlainSelect(const ::SelectStmt& select, Scope* outer);
  void BindTargets(const ::List* targets, Scope& scope, BoundQuery& query);
  void ExpandStar(const ::ColumnRef& ref, Scope& scope, std::vector<ExprPtr>& targets,
                  std::vector<OutputColumn>& outputs);
  void BindOrderAndLimit(const ::SelectStmt& select, Scope& scope, BoundQuery& query);
  SortKey BindSortKey(const ::Node& node, Scope& scope, BoundQuery& query);
  int OutputNamed(const ::Node& node, const BoundQuery& query, std::string_view clause);
  ExprPtr BindRowCount(const ::Node* node, std::string_view what);
  void BindGrouping(const ::SelectStmt& select, Scope& scope, BoundQuery& query);
  using GroupingSets = std::vector<std::vector<int>>;
  int AddGroupKey(const ::Node& node, Scope& scope, BoundQuery& query);
  std::vector<int> GroupElement(const ::Node& node, Scope& scope, BoundQuery& query);
  GroupingSets GroupItem(const ::Node& node, Scope& scope, BoundQuery& query);
  void CombineGroupingSets(const ::SelectStmt& select, std::vector<GroupingSets> items, BoundQuery& query);
  ExprPtr BindGroupingCall(const ::GroupingFunc& call, Scope& scope);
  void RewriteOverGroups(BoundQuery& query, const Scope& scope);
  void CoerceOutput(BoundQuery& query, std::size_t output, Type type, int position);
  void ResolveUnknownOutputs(BoundQuery& query);
  // Binds the queries of WITH and makes them visible; returns how many to hide again with HideCtes.
  // `outer` is what the statement with the WITH sees around it.
  std::size_t BindWith(const ::WithClause* with, Scope* outer);
  enum class CteProgress : std::uint8_t { kWaits, kBegun, kDone };
  void BindCteInOrder(const ::WithClause& with, Scope* outer, std::size_t number,
                      std::vector<CteProgress>& progress);
  std::optional<std::string> TryBindCte(const ::CommonTableExpr& node, const ::WithClause& with, Scope* outer,
                                        std::vector<std::string> others);
  void BindCte(const ::CommonTableExpr& node, const ::WithClause& with, Scope* outer,
               std::vector<std::string> others);
  void BindCteQuery(const ::CommonTableExpr& node, bool may_recurse, Scope* outer, BoundCte& cte);
  void BindPlainCte(const ::CommonTableExpr& node, Scope* outer, BoundCte& cte);
  void HideCtes(std::size_t count) { visible_ctes_.resize(visible_ctes_.size() - count); }
  // Hides them, too; those that refer to an outer query run with `query` from now on.
  void HideCtes(std::size_t count, BoundQuery& query);
  void SettleParameters();

  // WITH RECURSIVE (recursive_binder.cc).
  struct Mark;
  // Thrown where a query reads itself before it is known to be recursive; an error where nothing comes of
  // that.
  struct SelfReference : base::Error {
    SelfReference(const std::string& name, int position);
  };
  // Thrown where a query that is bound as if nothing were around it reads one that refers to what is.
  struct DetachedReference : base::Error {
    DetachedReference(const std::string& name, int position);
  };
  // Thrown where a query reads one that is not bound yet.
  struct LaterReference : base::Error {
    LaterReference(std::string query, int position);
    std::string name;
  };
  struct PendingCte {
    std::string name;
    std::size_t visible = 0;         // how many CTEs were visible around it
    std::vector<std::string> later;  // not bound yet
    bool found = false;              // reads itself, and is bound as recursive
    int cte = -1;
    int references = 0;
    std::string forbidden = {};  // why no reference may stand here
  };
  std::unique_ptr<BoundQuery> TryBindQuery(const ::SelectStmt& select, Scope* outer);
  void CountRetry();
  void CheckPendingCte(const ::RangeVar& var);
  void CheckSelfReference(int cte, int position);
  void BindRecursiveCte(const ::CommonTableExpr& node, Scope* outer, BoundCte& cte);
  void BindRecursiveTerms(const ::CommonTableExpr& node, Scope* outer, BoundCte& cte);
  static void CheckNothingAdded(const ::CommonTableExpr& node, int position);
  RecursiveColumns BindRecursiveColumns(const ::CommonTableExpr& node,
                                        const std::vector<OutputColumn>& outputs);
  void MatchRecursiveTypes(BoundCte& cte, BoundQuery& term);
  // Says why recursive references may not stand in what is bound next; returns what was said before.
  std::string Forbid(std::string where);
  void Allow(std::string before);

  std::unique_ptr<BoundSource> BindFrom(const ::List* items, Scope& scope);
  std::unique_ptr<BoundSource> BindFromItem(const ::Node& node, Scope& scope);
  std::unique_ptr<BoundSource> BindRangeVar(const ::RangeVar& var, Scope& scope);
  // Views (view_binder.cc).
  std::unique_ptr<BoundSource> BindView(const catalog::Catalog::ViewPtr& view, ScopeItem& item, int position);
  // Makes this binder, which is new, one that reads the text of the view for `reader`.
  void ReadView(const catalog::ViewDescriptor& view, Binder& reader);
  catalog::Catalog::Relation FindRelation(const ::RangeVar& var) const;
  void KeepRecordedColumns(const ::RangeVar& var, ScopeItem& item);
  void RecordRelation(const ::RangeVar& var, const catalog::Catalog::Relation& relation,
                      const ScopeItem& item);
  void RecordColumn(const ScopeItem::Column& column) {
    if (column.table == 0) return;
    RelationAccess& access = AccessTo(column.table);
    access.required |= catalog::kSelectPrivilege;
    access.selected.insert(column.attribute);
    if (record_ != nullptr) record_->uses.emplace(column.table, column.attribute);
  }
  // What the statement does with a relation where it is being bound, to be added to (from_binder.cc).
  RelationAccess& AccessTo(base::Oid relation);
  std::unique_ptr<BoundSource> BindRangeFunction(const ::RangeFunction& range, Scope& scope);
  void NameRangeColumns(const Node& call, const std::vector<ExprPtr>& functions,
                        std::vector<std::string>& names) const;
  void AddRangeColumns(ExprPtr call, std::vector<ExprPtr>& functions) const;
  void BindRangeCall(const ::Node& call, const ::List* definitions, Scope& scope,
                     std::vector<ExprPtr>& functions);
  // Functions that give rows (range_row.cc).
  types::ShapePtr DefinedColumns(const ::List& definitions) const;
  bool AddRowColumns(ExprPtr& call, const ::List* definitions, std::vector<ExprPtr>& functions);
  std::unique_ptr<BoundSource> BindJoin(const ::Node& node, Scope& scope);
  std::unique_ptr<BoundSource> BindSubselect(const ::Node& node, Scope& scope);
  std::unique_ptr<BoundSource> BindCteReference(const ::RangeVar& var, int cte, Scope& scope);
  void AddItem(Scope& scope, BoundSource& source, ScopeItem item, const ::Alias* alias);
  void MergeColumns(const ::JoinExpr& expression, std::size_t first, std::size_t middle, Scope& scope,
                    BoundSource& join, ScopeItem& item);
  void NameJoin(const ::JoinExpr& expression, Scope& scope, ScopeItem item);

  // Data modification (modify_binder.cc, insert_binder.cc).
  std::unique_ptr<BoundModify> BindInsert(const ::InsertStmt& insert);
  std::unique_ptr<BoundModify> BindUpdate(const ::UpdateStmt& update);
  std::unique_ptr<BoundModify> BindDelete(const ::DeleteStmt& remove);
  // What the statement changes (view_target_binder.cc).
  WriteTarget BindWriteTarget(const ::RangeVar& var, ModifyKind kind);
  // The target under a name, over rows of its table that begin at a slot. Appends the conditions of its views
  // that `wanted` has, innermost first.
  ScopeItem BindTargetItem(const WriteTarget& target, std::string name, int offset,
                           const std::vector<bool>& wanted, std::vector<ViewCheck>& conditions);
  ScopeItem BindTargetItem(const WriteTarget& target, std::string name, int offset = 0);
  void BindThroughView(const catalog::Catalog::ViewPtr& view, ScopeItem& item, bool wanted,
                       std::vector<ViewCheck>& conditions);
  // UPDATE and DELETE: the table as the first source, and the item that the statement sees.
  void BindTargetSource(const WriteTarget& target, const ::RangeVar& var, Scope& scope, BoundModify& modify);
  void BindTargetWhere(const ::Node* where, Scope& scope, bool through_views, BoundModify& modify);
  // What is done with the target, its views do with what they are views of.
  void PassAccessOn(const WriteTarget& target);
  // The value of DEFAULT: of a view, or the table's; null for none.
  ExprPtr DefaultOf(const WriteTarget& target, const catalog::ColumnDescriptor& column, int position);
  // Positions in `target`.
  std::vector<int> InsertColumns(const ::InsertStmt& insert, const WriteTarget& target);
  void BindInsertValues(const ::InsertStmt& insert, const std::vector<int>& positions,
                        const WriteTarget& target, BoundModify& modify);
  void BindInsertQuery(const ::InsertStmt& insert, const std::vector<int>& positions,
                       const WriteTarget& target, BoundModify& modify);
  void AddDefaults(const ::InsertStmt& insert, const WriteTarget& target, std::vector<bool>& assigned,
                   BoundModify& modify);
  // Returns indexes into the columns of the table.
  std::vector<int> NoteInserted(const WriteTarget& target, const std::vector<int>& positions,
                                std::size_t width);
  void NoteArbiter(const WriteTarget& target, base::Oid index);
  void CheckExplicitIdentity(const ::InsertStmt& insert, const catalog::ColumnDescriptor& column,
                             bool is_default);
  bool DrawsBehindValues(const ::InsertStmt& insert, const catalog::ColumnDescriptor& column) const;
  bool IgnoresExplicitValue(const ::InsertStmt& insert, const catalog::ColumnDescriptor& column) const;
  void BindOnConflict(const ::OnConflictClause& clause, const std::string& name, const WriteTarget& target,
                      BoundModify& modify);
  std::vector<ExprPtr> BindInferenceConditions(const ::InferClause& infer, const WriteTarget& target);
  ExprPtr BindInferenceExpression(const ::Node& node, const WriteTarget& target);
  base::Oid InferConflictIndex(const ::OnConflictClause& clause, const WriteTarget& target);
  // In order of the table's columns, which is the order in which PostgreSQL evaluates.
  std::vector<Assignment> BindSetList(const ::List* targets, Scope& scope, const WriteTarget& into,
                                      BoundModify& modify);
  ExprPtr BindSetValue(const ::ResTarget& target, const WriteTarget& into, std::size_t position, Scope& scope,
                       BoundModify& modify);
  // Binds the subquery of SET (a, b) = (SELECT ...) and returns the first of its slots.
  int BindRowSubquery(const ::MultiAssignRef& part, Scope& scope, BoundModify& modify);
  void BindReturning(const ::List* returning, Scope& scope, BoundModify& modify);
  void BindChecks(const WriteTarget& target, BoundModify& modify);
  // The expression that computes a column's default; null when it has none.
  ExprPtr DefaultOf(const catalog::ColumnDescriptor& column, int position);
  // `shown`: what errors call the column, when not by its name.
  ExprPtr CoerceToColumn(ExprPtr value, const catalog::ColumnDescriptor& column, std::string shown = {});

  // Expressions (expression_binder.cc, array_binder.cc, call_binder.cc).
  ExprPtr Bind(const ::Node* node, Scope& scope);
  ExprPtr BindNode(const ::Node& node, Scope& scope);
  ExprPtr BindColumnRef(const ::ColumnRef& ref, Scope& scope);
  ExprPtr BindOperator(const ::A_Expr& expression, Scope& scope);
  ExprPtr BindBinary(std::string_view name, ExprPtr left, ExprPtr right, int position);
  ExprPtr BindIn(const ::A_Expr& expression, Scope& scope);
  ExprPtr BindBetween(const ::A_Expr& expression, Scope& scope);
  ExprPtr BindBounds(const ::A_Expr& expression, Scope& scope, int lower, bool negated);
  ExprPtr BindLogical(const ::BoolExpr& expression, Scope& scope);
  ExprPtr BindCase(const ::CaseExpr& expression, Scope& scope);
  ExprPtr BindArray(const ::A_ArrayExpr& array, Type wanted, Scope& scope);
  ExprPtr BindIndirection(const ::A_Indirection& indirection, Scope& scope);
  ExprPtr BindSteps(const ::A_Indirection& indirection, int steps, Scope& scope);
  ExprPtr BindSubscripts(ExprPtr array, const std::vector<const ::Node*>& subscripts, Scope& scope);
  // Rows as values (whole_row.cc).
  bool AddMarker(BoundSource& source, ScopeItem& item, const ::Alias* alias);
  void MarkRows(BoundSource& source, int width);
  ExprPtr BindWholeRow(const Scope::RowMatch& match, int position);
  ExprPtr BindRowValue(const ::RowExpr& row, Scope& scope);
  int FieldNamed(const Expression& row, const types::RecordShape* shape, const std::string& name,
                 int position) const;
  ExprPtr TakeField(ExprPtr row, const types::RecordShape& shape, int field, int position);
  ExprPtr SelectField(ExprPtr row, const std::string& name, int position);
  std::vector<ExprPtr> BindFields(const ::A_Indirection& indirection, Scope& scope,
                                  std::vector<std::string>& names);
  void BindListItem(const ::Node& node, Scope& scope, std::vector<ExprPtr>& items);
  static bool EndsInStar(const ::Node& node);
  ExprPtr CastToRow(ExprPtr operand, Type to, int position);
  static bool CanBecomeSubscript(TypeId id);
  ExprPtr BindQuantified(const ::A_Expr& expression, Scope& scope);
  // Windows (window_binder.cc).
  const ::WindowDef* FindWindow(const std::string& name, int position) const;
  void AddWindowKeys(const ::WindowDef& definition, Scope& scope, BoundWindow& window);
  bool OrdersRows(const ::WindowDef& definition) const;
  ExprPtr BindWindowKey(const ::Node& node, Scope& scope);
  ExprPtr BindFrameOffset(const ::Node& node, BoundWindow& window, bool subtracts, ExprPtr& limit);
  void BindFrame(const ::WindowDef& definition, BoundWindow& window);
  int BindWindow(const ::WindowDef& over, Scope& scope, BoundQuery& query);
  void CheckWindowClause(const ::SelectStmt& select, Scope& scope);
  ExprPtr BindWindowCall(const ::FuncCall& call, const std::string& name, const Function& found,
                         std::vector<ExprPtr> args, Scope& scope);
  void PlaceWindows(BoundQuery& query);
  // DISTINCT ON, after ORDER BY is bound.
  void BindDistinctOn(const ::SelectStmt& select, Scope& scope, BoundQuery& query);
  // Rows (row_binder.cc).
  std::vector<ExprPtr> BindRowItems(const ::Node& node, Scope& scope);
  ExprPtr BindRowOperator(const ::A_Expr& expression, Scope& scope);
  ExprPtr BindRowComparison(std::string_view name, std::vector<ExprPtr> left, std::vector<ExprPtr> right,
                            int position);
  ExprPtr BindRowDistinct(std::vector<ExprPtr> left, std::vector<ExprPtr> right, bool negated, int position);
  ExprPtr BindRowIn(const ::A_Expr& expression, Scope& scope);
  ExprPtr BindRowNullTest(const ::NullTest& test, Scope& scope);
  const Function* BindSubqueryOperands(std::string_view name, std::vector<ExprPtr> operands,
                                       Expression& result, BoundQuery& query);
  ExprPtr BindRowSubqueryComparison(std::string_view name, const ::RowExpr& row, const ::SubLink& link,
                                    Scope& scope, int position);
  std::unique_ptr<BoundQuery> BindInnerQuery(const ::SubLink& link, Scope& scope);
  void CheckEntry(const std::string& qualifier, const Scope& scope, int position) const;
  // Names the clause being bound as errors do.
  std::string ClauseName() const;
  ExprPtr BindCall(const ::FuncCall& call, Scope& scope);
  // Functions of users (routine_call.cc).
  std::vector<RoutineCandidate> FindRoutines(const ::FuncCall& call) const;
  // Sets `routine` when it is one of them; null when none fits.
  const Function* ChooseFunction(const ::FuncCall& call, const std::vector<RoutineCandidate>& routines,
                                 const std::vector<ExprPtr>& args, const RoutineCandidate*& routine) const;
  // The function that a recorded text means at this place, or zero.
  base::Oid RecordedFunction(int location) const;
  void NoteRoutine(const ::FuncCall& call, const catalog::FunctionDescriptor& function);
  ExprPtr BuildRoutineCall(const ::FuncCall& call, const RoutineCandidate& candidate,
                           std::vector<ExprPtr> args);
  ExprPtr FitRow(ExprPtr row, Type to, int position);
  // t.f may mean f(t); null when there is no such function.
  ExprPtr BindRowCall(const ::ColumnRef& ref, Scope& scope);
  ExprPtr BindRoutineParameter(const std::vector<std::string>& names, int position);
  ExprPtr BindAggregate(const ::FuncCall& call, const std::string& name, std::vector<ExprPtr> args,
                        Scope& scope);
  ExprPtr BindFilter(const ::FuncCall& call, Scope& scope);
  int LevelOf(BoundAggregate& aggregate);
  BoundQuery* AggregatingAt(int level, const Scope& scope, std::string& clause) const;
  AggregateOrder OrderOf(const SortBy& sort, TypeId type) const;
  void TakeOrderOfSet(const FuncCall& call, BoundAggregate& aggregate);
  void BindAggregateOrder(const ::FuncCall& call, Scope& scope, BoundAggregate& aggregate);
  ExprPtr BindValueFunction(const ::SQLValueFunction& function);
  void BindSubqueryTest(const ::SubLink& link, Expression& result, BoundQuery& query, Scope& scope);
  // `width`: how many columns a scalar subquery must have; more than one for SET (a, b) = (SELECT ...).
  ExprPtr BindSubLink(const ::SubLink& link, Scope& scope, int width = 1);
  ExprPtr BindBranches(ExprKind kind, const ::List* args, Scope& scope, std::string_view what, int position);
  ExprPtr BindBoolean(const ::Node* node, Scope& scope, std::string_view what);
  ExprPtr NewParameter(int number, int position);
  ExprPtr FoldConstant(ExprPtr expression);
  Type BindType(const ::TypeName& name);
  // A call that names a domain and no function, and whose argument needs no conversion, is a cast; else null.
  ExprPtr BindDomainCall(const std::vector<std::string>& names, std::vector<ExprPtr>& args, int position);
  // Within a view there is nothing in the statement's text to point at.
  int Position(int location) const { return view_ == nullptr ? tree_.Position(location) : 0; }

  const BindEnvironment& environment_;
  const parse::Tree& tree_;
  BoundStatement statement_;
  std::vector<Expression*> parameter_nodes_;
  std::vector<ExprPtr> ignored_;  // bound for their errors and parameters only
  // Queries of WITH that refer to the query around, which they see through this scope.
  std::map<int, const Scope*> correlated_ctes_;
  int retries_ = 0;  // queries of WITH that were bound once more; never put back
  std::vector<int> visible_ctes_;
  std::vector<PendingCte> pending_;
  std::vector<const Scope*> unseen_;  // around subqueries that are not LATERAL; for errors
  Clause clause_ = Clause::kSelect;
  BoundQuery* aggregating_ =
      nullptr;  // the query that aggregate calls belong to; null where they are not allowed
  BoundQuery* expanding_ =
      nullptr;  // the query that set-returning calls belong to; null where they are not allowed
  BoundQuery* windowing_ = nullptr;  // the query that window calls belong to; null where they are not allowed
  const ::List* window_clause_ = nullptr;  // of that query
  std::string standalone_;                 // what BindStandalone names in errors
  // Set while binding a source whose unknown outputs take their types from elsewhere (INSERT, set
  // operations).
  bool keep_unknown_outputs_ = false;
  bool calling_ = false;   // the call of a CALL is being bound
  bool may_lock_ = false;  // the tables of FROM that is being bound may be locked
  int nullable_ = 0;       // outer joins that may lack a row of what is being bound in FROM
  int depth_ = 0;
  ViewRecord* record_ = nullptr;                          // of the CREATE VIEW being bound
  const catalog::ViewDescriptor* view_ = nullptr;         // whose text is being bound
  const catalog::FunctionDescriptor* routine_ = nullptr;  // whose body is being bound
  const Binder* outer_ = nullptr;                         // that reads view_
  base::Oid as_role_ = 0;                                 // for whom view_ reads; see RelationAccess
  int views_ = 0;                                         // expanded by the statement so far
};

}  // namespace ordinal::sql
