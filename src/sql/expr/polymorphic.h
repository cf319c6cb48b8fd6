// Finds the types that functions over any type take and give in one call (manual, section 38.2.5).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sql/expr/function.h"

namespace ordinal::sql {

struct CallTypes {
  std::vector<TypeId> arguments;  // as many as the call has
  TypeId result = TypeId::kInvalid;
};

// Puts the types that the inputs decide in the place of polymorphic ones; those that nothing decides stay.
// nullopt when the inputs contradict each other. REQUIRES as many inputs as declared types.
std::optional<CallTypes> Instantiate(std::vector<TypeId> declared, TypeId result,
                                     std::span<const TypeId> inputs);

}  // namespace ordinal::sql
