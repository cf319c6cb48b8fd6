#include "sql/expr/jsonpath_run.h"

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"
#include "sql/expr/datetime_pattern.h"
#include "sql/expr/jsonb_layout.h"
#include "sql/expr/jsonpath_item.h"
#include "sql/expr/regex.h"
#include "types/jsonb.h"
#include "types/jsonpath.h"
#include "types/numeric.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::SqlState;
using types::JsonNode;
using types::Numeric;
using types::PathItem;
using Kind = JsonNode::Kind;
using Outcome = JsonPathRun::Outcome;
using Path = types::PathKind;
using Truth = JsonTruth;

constexpr SqlState kDatetimeArgument{"22031"};
constexpr SqlState kInvalidSubscript{"22033"};
constexpr SqlState kNonNumericItem{"22036"};
constexpr SqlState kSingletonRequired{"22038"};
constexpr SqlState kArrayNotFound{"22039"};
constexpr SqlState kMemberNotFound{"2203A"};
constexpr SqlState kNumberNotFound{"2203B"};
constexpr SqlState kObjectNotFound{"2203C"};

constexpr int kDepthMax = 4000;

bool IsBool(Path kind) { return kind >= Path::kEqual; }

std::string Method(Path kind) {
  return "jsonpath item method ." + std::string(PathOperatorName(kind)) + "()";
}

// One run of one path. `found` is null where it is enough to know whether there is an item.
class Runner {
 public:
  Runner(EvalContext& context, const types::JsonPath& path, const JsonPathOptions& options,
         const JsonNode& root, const JsonNode& vars)
      : context_(context),
        path_(path),
        options_(options),
        vars_(vars),
        root_{&root, nullptr},
        current_{&root, nullptr},
        lax_(!path.strict),
        ignores_structure_(lax_),
        throws_(!options.silent) {}

  JsonPathRun Run() {
    JsonItems items;
    JsonPathRun run;
    // In strict mode, only the whole list tells whether there is an error.
    const bool wants_all = options_.wants_all || !lax_;
    run.outcome = Execute(*path_.root, root_, wants_all ? &items : nullptr);
    if (wants_all && run.outcome != Outcome::kError) {
      run.outcome = items.empty() ? Outcome::kNothing : Outcome::kFound;
    }
    if (options_.wants_all) {
      for (const JsonItem& item : items) run.items.push_back(JsonItemText(item));
    }
    return run;
  }

 private:
  // Reports what the data causes: an error, or an outcome.
  Outcome Fail(SqlState state, const std::string& message) const {
    if (throws_) throw Error(state, message);
    return Outcome::kError;
  }

  Outcome Execute(const PathItem& step, const JsonItem& item, JsonItems* found) {
    return Execute(step, item, found, lax_);
  }

  // Goes on with what follows a step, or takes its result.
  Outcome Next(const PathItem& step, const JsonItem& item, JsonItems* found) {
    if (step.next) return Execute(*step.next, item, found);
    if (found != nullptr) found->push_back(item);
    return Outcome::kFound;
  }

  // `unwraps`: an array stands for its elements where the step is no accessor of arrays.
  Outcome Execute(const PathItem& step, const JsonItem& item, JsonItems* found, bool unwraps) {
    if (++depth_ > kDepthMax) {
      throw Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded");
    }
    if ((++steps_ & 0x3FF) == 0) context_.CheckCanceled();
    const Outcome outcome = ExecuteStep(step, item, found, unwraps);
    --depth_;
    return outcome;
  }

  Outcome ExecuteStep(const PathItem& step, const JsonItem& item, JsonItems* found, bool unwraps) {
    if (IsBool(step.kind)) return GiveBool(step, Decide(step, item), found);
    const bool is_array = item.Is(Kind::kArray);
    switch (step.kind) {
      case Path::kRoot:
        return NextOf(step, root_, found, root_.node, 0);
      case Path::kCurrent:
        return Next(step, current_, found);
      case Path::kKey:
        return Member(step, item, found, unwraps);
      case Path::kAnyKey:
        if (item.Is(Kind::kObject)) return EachChild(step.next.get(), *item.node, found, lax_);
        if (unwraps && is_array) return EachElement(step, item, found);
        if (ignores_structure_) return Outcome::kNothing;
        return Fail(kObjectNotFound, "jsonpath wildcard member accessor can only be applied to an object");
      case Path::kAnyArray:
        if (is_array) return EachChild(step.next.get(), *item.node, found, lax_);
        if (lax_) return Next(step, item, found);
        if (ignores_structure_) return Outcome::kNothing;
        return Fail(kArrayNotFound, "jsonpath wildcard array accessor can only be applied to an array");
      case Path::kSubscripts:
        return Subscripts(step, item, found);
      case Path::kAny:
        return AnyLevel(step, item, found);
      case Path::kFilter: {
        if (unwraps && is_array) return EachElement(step, item, found);
        const JsonItem saved = std::exchange(current_, item);
        const Truth truth = Decide(*step.operands[0], item);
        current_ = saved;
        return truth == Truth::kTrue ? Next(step, item, found) : Outcome::kNothing;
      }
      case Path::kAdd:
      case Path::kSubtract:
      case Path::kMultiply:
      case Path::kDivide:
      case Path::kModulo:
        return Arithmetic(step, item, found);
      case Path::kPlus:
      case Path::kMinus:
        return Sign(step, item, found);
      default:
        break;
    }
    if (step.kind >= Path::kType && step.kind <= Path::kKeyValue) {
      return ApplyMethod(step, item, found, unwraps);
    }
    if (step.kind == Path::kVariable) return Variable(step, found);
    if (!step.next && found == nullptr) return Outcome::kFound;
    return Next(step, Literal(step), found);
  }

  // As Next, for an item with which the numbering of objects begins anew.
  Outcome NextOf(const PathItem& step, const JsonItem& item, JsonItems* found, const JsonNode* base,
                 std::int64_t id) {
    const Base saved = std::exchange(base_, Base{base, id});
    const Outcome outcome = Next(step, item, found);
    base_ = saved;
    return outcome;
  }

  JsonItem Literal(const PathItem& step) {
    switch (step.kind) {
      case Path::kTrue:
      case Path::kFalse:
        return pool_.AddBool(step.kind == Path::kTrue);
      case Path::kNumber:
        return pool_.AddNumber(step.text);
      case Path::kString:
        return pool_.AddString(step.text);
      case Path::kLast:
        return pool_.AddNumber(std::to_string(array_size_ - 1));
      default:
        return pool_.AddNull();
    }
  }

  Outcome Variable(const PathItem& step, JsonItems* found) {
    const JsonNode* value = FindMember(vars_, step.text);
    if (value == nullptr) {
      throw Error(base::sqlstate::kUndefinedObject, "could not find jsonpath variable \"" + step.text + "\"");
    }
    return NextOf(step, {value, nullptr}, found, &vars_, 1);
  }

  static const JsonNode* FindMember(const JsonNode& object, std::string_view name) {
    for (const types::JsonMember& member : object.members) {
      if (member.name == name) return &member.value;
    }
    return nullptr;
  }

  Outcome Member(const PathItem& step, const JsonItem& item, JsonItems* found, bool unwraps) {
    if (item.Is(Kind::kObject)) {
      if (const JsonNode* value = FindMember(*item.node, step.text)) {
        return Next(step, {value, nullptr}, found);
      }
      if (ignores_structure_) return Outcome::kNothing;
      return Fail(kMemberNotFound, "JSON object does not contain key \"" + step.text + "\"");
    }
    if (unwraps && item.Is(Kind::kArray)) return EachElement(step, item, found);
    if (ignores_structure_) return Outcome::kNothing;
    return Fail(kMemberNotFound, "jsonpath member accessor can only be applied to an object");
  }

  // Applies the step itself to each element; elements that are arrays stay whole.
  Outcome EachElement(const PathItem& step, const JsonItem& array, JsonItems* found) {
    return EachChild(&step, *array.node, found, false);
  }

  Outcome EachChild(const PathItem* step, const JsonNode& node, JsonItems* found, bool unwraps) {
    return Descend(step, node, found, 1, Levels{1, 1, false, unwraps});
  }

  struct Levels {
    std::uint32_t first;
    std::uint32_t last;
    bool ignores_structure;
    bool unwraps;
  };

  // Walks over what lies at those levels below a value; the children of `node` are at `level`.
  Outcome Descend(const PathItem* step, const JsonNode& node, JsonItems* found, std::uint32_t level,
                  const Levels& levels) {
    Outcome outcome = Outcome::kNothing;
    if (level > levels.last) return outcome;
    const bool is_object = node.kind == Kind::kObject;
    const std::size_t count = is_object ? node.members.size() : node.items.size();
    for (std::size_t i = 0; i < count; ++i) {
      const JsonNode& child = is_object ? node.members[i].value : node.items[i];
      const bool is_leaf = child.IsScalar();
      const bool only_leaves = levels.first == PathItem::kLastLevel && levels.last == PathItem::kLastLevel;
      if (level >= levels.first || (only_leaves && is_leaf)) {
        if (step == nullptr && found == nullptr) return Outcome::kFound;
        if (step == nullptr) {
          found->push_back({&child, nullptr});
          outcome = Outcome::kFound;
        } else {
          const bool saved = ignores_structure_;
          if (levels.ignores_structure) ignores_structure_ = true;
          outcome = Execute(*step, {&child, nullptr}, found, levels.unwraps);
          ignores_structure_ = saved;
          if (IsDone(outcome, found)) return outcome;
        }
      }
      if (level < levels.last && !is_leaf) {
        outcome = Descend(step, child, found, level + 1, levels);
        if (IsDone(outcome, found)) return outcome;
      }
    }
    return outcome;
  }

  static bool IsDone(Outcome outcome, const JsonItems* found) {
    return outcome == Outcome::kError || (outcome == Outcome::kFound && found == nullptr);
  }

  Outcome AnyLevel(const PathItem& step, const JsonItem& item, JsonItems* found) {
    Outcome outcome = Outcome::kNothing;
    if (step.first == 0) {
      const bool saved = std::exchange(ignores_structure_, true);
      outcome = Next(step, item, found);
      ignores_structure_ = saved;
      if (outcome == Outcome::kFound && found == nullptr) return outcome;
    }
    if (item.node == nullptr || item.node->IsScalar()) return outcome;
    return Descend(step.next.get(), *item.node, found, 1, Levels{step.first, step.last, true, lax_});
  }

  Outcome Subscripts(const PathItem& step, const JsonItem& item, JsonItems* found) {
    const bool is_array = item.Is(Kind::kArray);
    if (!is_array && !lax_) {
      if (ignores_structure_) return Outcome::kNothing;
      return Fail(kArrayNotFound, "jsonpath array accessor can only be applied to an array");
    }
    const auto size = is_array ? static_cast<std::int64_t>(item.node->items.size()) : 1;
    const std::int64_t saved = std::exchange(array_size_, size);
    Outcome outcome = Outcome::kNothing;
    for (std::size_t i = 0; i < step.operands.size() && !IsDone(outcome, found); i += 2) {
      outcome = Subscript(step, i, item, size, found);
    }
    array_size_ = saved;
    return outcome;
  }

  Outcome Subscript(const PathItem& step, std::size_t which, const JsonItem& item, std::int64_t size,
                    JsonItems* found) {
    const std::optional<std::int64_t> from = Index(*step.operands[which], item);
    if (!from) return Outcome::kError;
    const PathItem* end = step.operands[which + 1].get();
    const std::optional<std::int64_t> to = end != nullptr ? Index(*end, item) : from;
    if (!to) return Outcome::kError;
    if (!ignores_structure_ && (*from < 0 || *from > *to || *to >= size)) {
      return Fail(kInvalidSubscript, "jsonpath array subscript is out of bounds");
    }
    Outcome outcome = Outcome::kNothing;
    for (std::int64_t i = std::max<std::int64_t>(*from, 0); i <= std::min(*to, size - 1); ++i) {
      const bool is_array = item.Is(Kind::kArray);
      const JsonItem element =
          is_array ? JsonItem{&item.node->items[static_cast<std::size_t>(i)], nullptr} : item;
      outcome = Next(step, element, found);
      if (IsDone(outcome, found)) break;
    }
    return outcome;
  }

  // nullopt stands for an error.
  std::optional<std::int64_t> Index(const PathItem& operand, const JsonItem& item) {
    JsonItems items;
    if (Execute(operand, item, &items) == Outcome::kError) return std::nullopt;
    if (items.size() != 1 || !items[0].Is(Kind::kNumber)) {
      Fail(kInvalidSubscript, "jsonpath array subscript is not a single numeric value");
      return std::nullopt;
    }
    const std::optional<std::int64_t> index = Numeric::Parse(items[0].node->text).Truncate(0).ToInt64();
    if (!index || *index != static_cast<std::int32_t>(*index)) {
      Fail(kInvalidSubscript, "jsonpath array subscript is out of integer range");
      return std::nullopt;
    }
    return index;
  }

  // The items of an operand, with arrays taken apart where the mode is lax.
  Outcome Operand(const PathItem& operand, const JsonItem& item, bool unwraps, JsonItems& items) {
    if (!unwraps || !lax_) return Execute(operand, item, &items);
    JsonItems whole;
    const Outcome outcome = Execute(operand, item, &whole);
    if (outcome == Outcome::kError) return outcome;
    for (const JsonItem& part : whole) {
      if (!part.Is(Kind::kArray)) {
        items.push_back(part);
        continue;
      }
      for (const JsonNode& element : part.node->items) items.push_back({&element, nullptr});
    }
    return Outcome::kFound;
  }

  Outcome Arithmetic(const PathItem& step, const JsonItem& item, JsonItems* found) {
    JsonItems sides[2];
    for (std::size_t i = 0; i < 2; ++i) {
      if (Operand(*step.operands[i], item, true, sides[i]) == Outcome::kError) return Outcome::kError;
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (sides[i].size() == 1 && sides[i][0].Is(Kind::kNumber)) continue;
      return Fail(kSingletonRequired,
                  std::string(i == 0 ? "left" : "right") + " operand of jsonpath operator " +
                      std::string(PathOperatorName(step.kind)) + " is not a single numeric value");
    }
    std::string result;
    try {
      result =
          Compute(step.kind, Numeric::Parse(sides[0][0].node->text), Numeric::Parse(sides[1][0].node->text))
              .ToString();
    } catch (const Error&) {
      if (throws_) throw;
      return Outcome::kError;
    }
    if (!step.next && found == nullptr) return Outcome::kFound;
    return Next(step, pool_.AddNumber(std::move(result)), found);
  }

  static Numeric Compute(Path op, const Numeric& left, const Numeric& right) {
    switch (op) {
      case Path::kAdd:
        return left + right;
      case Path::kSubtract:
        return left - right;
      case Path::kMultiply:
        return left * right;
      case Path::kDivide:
        return left / right;
      default:
        return left % right;
    }
  }

  Outcome Sign(const PathItem& step, const JsonItem& item, JsonItems* found) {
    JsonItems items;
    if (Operand(*step.operands[0], item, true, items) == Outcome::kError) return Outcome::kError;
    Outcome outcome = Outcome::kNothing;
    const bool only_asks = found == nullptr && !step.next;
    for (const JsonItem& operand : items) {
      if (!operand.Is(Kind::kNumber)) {
        if (only_asks) continue;
        return Fail(kNumberNotFound, "operand of unary jsonpath operator " +
                                         std::string(PathOperatorName(step.kind)) +
                                         " is not a numeric value");
      }
      if (only_asks) return Outcome::kFound;
      JsonItem result = operand;
      if (step.kind == Path::kMinus) {
        result = pool_.AddNumber((-Numeric::Parse(operand.node->text)).ToString());
      }
      const Outcome one = Next(step, result, found);
      if (one == Outcome::kError) return one;
      if (one == Outcome::kFound) outcome = one;
      if (IsDone(outcome, found)) return outcome;
    }
    return outcome;
  }

  Outcome ApplyMethod(const PathItem& step, const JsonItem& item, JsonItems* found, bool unwraps) {
    if (step.kind == Path::kType) return Next(step, pool_.AddString(JsonItemTypeName(item)), found);
    if (step.kind == Path::kSize) return Size(step, item, found);
    if (unwraps && item.Is(Kind::kArray)) return EachElement(step, item, found);
    switch (step.kind) {
      case Path::kDouble:
        return Double(step, item, found);
      case Path::kDatetime:
        return DateTime(step, item, found);
      case Path::kKeyValue:
        return KeyValue(step, item, found);
      default:
        break;
    }
    if (!item.Is(Kind::kNumber)) {
      return Fail(kNonNumericItem, Method(step.kind) + " can only be applied to a numeric value");
    }
    if (!step.next && found == nullptr) return Outcome::kFound;
    const Numeric number = Numeric::Parse(item.node->text);
    const Numeric result = step.kind == Path::kAbs     ? number.Abs()
                           : step.kind == Path::kFloor ? number.Floor()
                                                       : number.Ceil();
    return Next(step, pool_.AddNumber(result.ToString()), found);
  }

  Outcome Size(const PathItem& step, const JsonItem& item, JsonItems* found) {
    std::size_t size = 1;
    if (item.Is(Kind::kArray)) {
      size = item.node->items.size();
    } else if (!lax_) {
      if (ignores_structure_) return Outcome::kNothing;
      return Fail(kArrayNotFound, Method(step.kind) + " can only be applied to an array");
    }
    return Next(step, pool_.AddNumber(std::to_string(size)), found);
  }

  Outcome Double(const PathItem& step, const JsonItem& item, JsonItems* found) {
    const bool is_number = item.Is(Kind::kNumber);
    if (!is_number && !item.Is(Kind::kString)) {
      return Fail(kNonNumericItem, Method(step.kind) + " can only be applied to a string or numeric value");
    }
    std::optional<double> number;
    try {
      number = types::ParseText(item.node->text, {TypeId::kFloat8, -1}, types::Settings()).AsDouble();
    } catch (const Error&) {
      number.reset();
    }
    if (!number || !std::isfinite(*number)) {
      return Fail(kNonNumericItem, is_number
                                       ? "numeric argument of " + Method(step.kind) +
                                             " is out of range for type double precision"
                                       : "string argument of " + Method(step.kind) +
                                             " is not a valid representation of a double precision number");
    }
    if (is_number) return Next(step, item, found);
    return Next(step, pool_.AddNumber(Numeric::FromDouble(*number).ToString()), found);
  }

  Outcome DateTime(const PathItem& step, const JsonItem& item, JsonItems* found) {
    if (!item.Is(Kind::kString)) {
      return Fail(kDatetimeArgument, Method(step.kind) + " can only be applied to a string");
    }
    // A template that means nothing is an error even where those of the data are not.
    if (step.has_template) ParseDatePattern(step.text, true);
    JsonItem result;
    try {
      result = pool_.AddDateTime(ReadJsonDateTime(item.node->text, step.has_template ? &step.text : nullptr));
    } catch (const Error&) {
      if (throws_) throw;
      return Outcome::kError;
    }
    return Next(step, result, found);
  }

  Outcome KeyValue(const PathItem& step, const JsonItem& item, JsonItems* found) {
    if (!item.Is(Kind::kObject)) {
      return Fail(kObjectNotFound, Method(step.kind) + " can only be applied to an object");
    }
    if (item.node->members.empty()) return Outcome::kNothing;
    if (!step.next && found == nullptr) return Outcome::kFound;
    const std::string id = std::to_string(IdOf(*item.node));
    Outcome outcome = Outcome::kFound;
    for (const types::JsonMember& member : item.node->members) {
      JsonNode pair;
      pair.kind = Kind::kObject;
      JsonNode number;
      number.kind = Kind::kNumber;
      number.text = id;
      JsonNode name;
      name.kind = Kind::kString;
      name.text = member.name;
      pair.members.push_back({"id", std::move(number)});
      pair.members.push_back({"key", std::move(name)});
      pair.members.push_back({"value", member.value});
      const JsonItem made = pool_.Add(std::move(pair));
      outcome = NextOf(step, made, found, made.node, next_id_++);
      if (IsDone(outcome, found)) return outcome;
    }
    return outcome;
  }

  // Tells objects apart: by the value that they are a part of, and by where they lie in PostgreSQL's bytes of
  // it.
  std::int64_t IdOf(const JsonNode& object) const {
    constexpr std::int64_t kStep = 10'000'000'000;
    std::optional<std::size_t> offset;
    if (base_.node != nullptr) offset = JsonbOffset(*base_.node, object);
    return base_.id * kStep + static_cast<std::int64_t>(offset.value_or(0));
  }

  Outcome GiveBool(const PathItem& step, Truth truth, JsonItems* found) {
    if (!step.next && found == nullptr) return Outcome::kFound;
    if (truth == Truth::kUnknown) return Next(step, pool_.AddNull(), found);
    return Next(step, pool_.AddBool(truth == Truth::kTrue), found);
  }

  Truth Decide(const PathItem& step, const JsonItem& item) {
    if (++depth_ > kDepthMax) {
      throw Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded");
    }
    const Truth truth = DecideStep(step, item);
    --depth_;
    return truth;
  }

  Truth DecideStep(const PathItem& step, const JsonItem& item) {
    switch (step.kind) {
      case Path::kAnd: {
        const Truth left = Decide(*step.operands[0], item);
        if (left == Truth::kFalse) return left;
        const Truth right = Decide(*step.operands[1], item);
        return right == Truth::kTrue ? left : right;
      }
      case Path::kOr: {
        const Truth left = Decide(*step.operands[0], item);
        if (left == Truth::kTrue) return left;
        const Truth right = Decide(*step.operands[1], item);
        return right == Truth::kFalse ? left : right;
      }
      case Path::kNot: {
        const Truth truth = Decide(*step.operands[0], item);
        if (truth == Truth::kUnknown) return truth;
        return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
      }
      case Path::kIsUnknown:
        return Decide(*step.operands[0], item) == Truth::kUnknown ? Truth::kTrue : Truth::kFalse;
      case Path::kExists:
        return Exists(step, item);
      case Path::kStartsWith:
        return Predicate(step, item, false, [](const JsonItem& left, const JsonItem* right) {
          if (!left.Is(Kind::kString) || !right->Is(Kind::kString)) return Truth::kUnknown;
          return left.node->text.starts_with(right->node->text) ? Truth::kTrue : Truth::kFalse;
        });
      case Path::kLikeRegex:
        return Predicate(step, item, false, [this, &step](const JsonItem& left, const JsonItem*) {
          if (!left.Is(Kind::kString)) return Truth::kUnknown;
          return PatternOf(step).Matches(left.node->text) ? Truth::kTrue : Truth::kFalse;
        });
      default:
        return Predicate(step, item, true, [this, &step](const JsonItem& left, const JsonItem* right) {
          return CompareJsonItems(step.kind, left, *right, options_.zones, context_);
        });
    }
  }

  const Regex& PatternOf(const PathItem& step) const {
    const auto has = [&step](char flag) { return step.flags.find(flag) != std::string::npos; };
    Regex::Options options;
    options.ignore_case = has('i');
    if (has('q')) {
      options.syntax = regex::Syntax::kLiteral;
    } else {
      options.newline_stops = !has('s');
      options.newline_anchors = has('m');
    }
    return CachedRegex(step.text, options, &context_);
  }

  Truth Exists(const PathItem& step, const JsonItem& item) {
    const bool saved = std::exchange(throws_, false);
    JsonItems items;
    Outcome outcome = Execute(*step.operands[0], item, lax_ ? nullptr : &items);
    throws_ = saved;
    if (outcome == Outcome::kError) return Truth::kUnknown;
    if (!lax_) outcome = items.empty() ? Outcome::kNothing : Outcome::kFound;
    return outcome == Outcome::kFound ? Truth::kTrue : Truth::kFalse;
  }

  // Asks of all pairs of items. In lax mode one that holds is enough; in strict mode none may be unknown.
  Truth Predicate(const PathItem& step, const JsonItem& item, bool unwraps_right,
                  const std::function<Truth(const JsonItem&, const JsonItem*)>& holds) {
    const bool saved = std::exchange(throws_, false);
    JsonItems left;
    JsonItems right;
    const bool has_right = step.operands.size() > 1;
    Outcome outcome = Operand(*step.operands[0], item, true, left);
    if (has_right && outcome != Outcome::kError) {
      outcome = Operand(*step.operands[1], item, unwraps_right, right);
    }
    throws_ = saved;
    if (outcome == Outcome::kError) return Truth::kUnknown;
    bool found = false;
    bool unknown = false;
    for (const JsonItem& one : left) {
      for (std::size_t i = 0; i < (has_right ? right.size() : 1); ++i) {
        const Truth truth = holds(one, has_right ? &right[i] : nullptr);
        if (truth == Truth::kUnknown) {
          if (!lax_) return truth;
          unknown = true;
        } else if (truth == Truth::kTrue) {
          if (lax_) return truth;
          found = true;
        }
      }
    }
    if (found) return Truth::kTrue;
    return unknown ? Truth::kUnknown : Truth::kFalse;
  }

  // The value that ids of objects are counted in.
  struct Base {
    const JsonNode* node = nullptr;
    std::int64_t id = 0;
  };

  EvalContext& context_;
  const types::JsonPath& path_;
  const JsonPathOptions& options_;
  const JsonNode& vars_;
  JsonItem root_;
  JsonItem current_;
  bool lax_;
  bool ignores_structure_;
  bool throws_;
  std::int64_t next_id_ = 2;  // after those of the value and of the variables
  std::int64_t array_size_ = 0;
  Base base_;
  int depth_ = 0;
  std::uint64_t steps_ = 0;
  JsonItemPool pool_;
};

// The path of the last call on this thread, as calls come with the same one row after row.
const types::JsonPath& CachedPath(std::string_view text) {
  thread_local std::string cached_text;
  thread_local types::JsonPath cached;
  if (!cached.root || cached_text != text) {
    cached = types::ParseJsonPath(text);
    cached_text = text;
  }
  return cached;
}

}  // namespace

JsonPathRun RunJsonPath(EvalContext& context, std::string_view json, std::string_view path,
                        std::string_view vars, const JsonPathOptions& options) {
  const JsonNode root = types::ParseJsonTree(json);
  const JsonNode variables = types::ParseJsonTree(vars);
  if (variables.kind != Kind::kObject) {
    throw Error(base::sqlstate::kInvalidParameterValue, "\"vars\" argument is not an object")
        .Detail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.");
  }
  return Runner(context, CachedPath(path), options, root, variables).Run();
}

}  // namespace ordinal::sql
