#include "sql/expr/polymorphic.h"

#include <algorithm>
#include <utility>

#include "sql/expr/conversion.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

bool IsCompatible(TypeId id) { return id == T::kAnyCompatible || id == T::kAnyCompatibleArray; }
bool IsAnyArray(TypeId id) { return id == T::kAnyArray || id == T::kAnyCompatibleArray; }

// What the inputs have decided about one family.
class Family {
 public:
  explicit Family(bool converts) : converts_(converts) {}

  // Takes one more input; false when it does not fit.
  bool Take(TypeId declared, TypeId input) {
    if (input == T::kUnknown) return true;
    if (declared == T::kAnyNonArray && types::IsArray(input)) return false;
    const TypeId element = IsAnyArray(declared) ? types::ElementType(input) : input;
    if (element == T::kInvalid) return false;
    if (element_ == T::kInvalid || element == element_) {
      element_ = element;
      return true;
    }
    if (!converts_) return false;
    if (CanConvert(element, element_, types::CastContext::kImplicit)) return true;
    if (!CanConvert(element_, element, types::CastContext::kImplicit)) return false;
    element_ = element;
    return true;
  }

  TypeId Decide(TypeId declared) const {
    if (element_ == T::kInvalid) return declared;
    return IsAnyArray(declared) ? types::ArrayType(element_) : element_;
  }

 private:
  bool converts_;  // inputs of several types meet in one of them
  TypeId element_ = T::kInvalid;
};

}  // namespace

std::optional<CallTypes> Instantiate(std::vector<TypeId> declared_types, TypeId result,
                                     std::span<const TypeId> inputs) {
  CallTypes types{std::move(declared_types), result};
  if (std::none_of(types.arguments.begin(), types.arguments.end(), types::IsPolymorphic)) return types;
  Family exact(false);
  Family compatible(true);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const TypeId declared = types.arguments[i];
    if (!types::IsPolymorphic(declared)) continue;
    if (!(IsCompatible(declared) ? compatible : exact).Take(declared, inputs[i])) return std::nullopt;
  }
  const auto decide = [&](TypeId declared) {
    if (!types::IsPolymorphic(declared)) return declared;
    return (IsCompatible(declared) ? compatible : exact).Decide(declared);
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    // A vector is taken as it is where its elements are not to be converted.
    const bool as_is = types.arguments[i] == T::kAnyArray && types::IsArray(inputs[i]);
    types.arguments[i] = as_is ? inputs[i] : decide(types.arguments[i]);
    if (types.arguments[i] == T::kInvalid) return std::nullopt;
  }
  types.result = decide(types.result);
  return types;
}

}  // namespace ordinal::sql
