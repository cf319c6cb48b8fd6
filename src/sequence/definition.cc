#include "sequence/definition.h"

#include <limits>
#include <string>

#include "base/error.h"

namespace ordinal::sequence {
namespace {

using types::TypeId;

struct TypeBounds {
  std::int64_t min;
  std::int64_t max;
  const char* name;
};

TypeBounds BoundsOf(TypeId type) {
  if (type == TypeId::kInt2) return {INT16_MIN, INT16_MAX, "smallint"};
  if (type == TypeId::kInt4) return {INT32_MIN, INT32_MAX, "integer"};
  return {INT64_MIN, INT64_MAX, "bigint"};
}

[[noreturn]] void ThrowInvalid(std::string message) {
  throw base::Error(base::sqlstate::kInvalidParameterValue, std::move(message));
}

// "MINVALUE (10)"
std::string Named(const char* option, std::int64_t value) {
  return std::string(option) + " (" + std::to_string(value) + ")";
}

void CheckType(const SequenceOptions& options) {
  const TypeId type = *options.type;
  if (type == TypeId::kInt2 || type == TypeId::kInt4 || type == TypeId::kInt8) return;
  ThrowInvalid(std::string(options.for_identity ? "identity column" : "sequence") +
               " type must be smallint, integer, or bigint");
}

void CheckFitsType(const char* option, std::int64_t value, TypeId type) {
  const TypeBounds bounds = BoundsOf(type);
  if (value >= bounds.min && value <= bounds.max) return;
  ThrowInvalid(Named(option, value) + " is out of range for sequence data type " + bounds.name);
}

// `option` is START or RESTART.
void CheckWithinBounds(const char* option, std::int64_t value, const SequenceDefinition& definition) {
  const std::string subject = std::string(option) + " value (" + std::to_string(value) + ")";
  if (value < definition.min_value) {
    ThrowInvalid(subject + " cannot be less than " + Named("MINVALUE", definition.min_value));
  }
  if (value > definition.max_value) {
    ThrowInvalid(subject + " cannot be greater than " + Named("MAXVALUE", definition.max_value));
  }
}

// Sets type and bounds. A bound that was the old type's own end follows the type.
void ApplyBounds(SequenceDefinition& definition, const SequenceOptions& options, bool creating) {
  const TypeBounds old_bounds = BoundsOf(definition.type);
  bool max_follows_type = false;
  bool min_follows_type = false;
  if (options.type) {
    CheckType(options);
    if (!creating && *options.type != definition.type) {
      max_follows_type = definition.max_value == old_bounds.max;
      min_follows_type = definition.min_value == old_bounds.min;
    }
    definition.type = *options.type;
  }
  if (options.increment) {
    if (*options.increment == 0) ThrowInvalid("INCREMENT must not be zero");
    definition.increment = *options.increment;
  }
  if (options.cycle) definition.cycle = *options.cycle;

  const TypeBounds bounds = BoundsOf(definition.type);
  const bool ascends = definition.increment > 0;
  if (options.max_value && options.max_value->value) {
    definition.max_value = *options.max_value->value;
  } else if (creating || options.max_value || max_follows_type) {
    definition.max_value = ascends || max_follows_type ? bounds.max : -1;
  }
  CheckFitsType("MAXVALUE", definition.max_value, definition.type);
  if (options.min_value && options.min_value->value) {
    definition.min_value = *options.min_value->value;
  } else if (creating || options.min_value || min_follows_type) {
    definition.min_value = !ascends || min_follows_type ? bounds.min : 1;
  }
  CheckFitsType("MINVALUE", definition.min_value, definition.type);
  if (definition.min_value >= definition.max_value) {
    ThrowInvalid(Named("MINVALUE", definition.min_value) + " must be less than " +
                 Named("MAXVALUE", definition.max_value));
  }
}

ConfiguredSequence Configure(ConfiguredSequence sequence, const SequenceOptions& options, bool creating) {
  SequenceDefinition& definition = sequence.definition;
  ApplyBounds(definition, options, creating);
  if (options.start) {
    definition.start = *options.start;
  } else if (creating) {
    definition.start = definition.increment > 0 ? definition.min_value : definition.max_value;
  }
  CheckWithinBounds("START", definition.start, definition);
  if (options.restart) {
    sequence.counter = {options.restart->value.value_or(definition.start), false};
  } else if (creating) {
    sequence.counter = InitialCounter(definition);
  }
  CheckWithinBounds("RESTART", sequence.counter.last_value, definition);
  if (options.cache) {
    if (*options.cache <= 0) ThrowInvalid(Named("CACHE", *options.cache) + " must be greater than zero");
    definition.cache = *options.cache;
  }
  return sequence;
}

}  // namespace

ConfiguredSequence CreateSequence(const SequenceOptions& options) { return Configure({}, options, true); }

ConfiguredSequence AlterSequence(const ConfiguredSequence& current, const SequenceOptions& options) {
  return Configure(current, options, false);
}

void CheckSetValue(const SequenceDefinition& definition, std::string_view name, std::int64_t value) {
  if (value >= definition.min_value && value <= definition.max_value) return;
  std::string message = "setval: value " + std::to_string(value) + " is out of bounds for sequence \"";
  message.append(name).append("\" (").append(std::to_string(definition.min_value)).append("..");
  message.append(std::to_string(definition.max_value)).append(")");
  throw base::Error(base::sqlstate::kNumericValueOutOfRange, std::move(message));
}

}  // namespace ordinal::sequence
