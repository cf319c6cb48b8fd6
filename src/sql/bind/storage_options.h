// Reads storage parameters: PostgreSQL's manual, CREATE TABLE, "Storage Parameters". Private to the room.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct List;

namespace ordinal::sql {

enum class StorageOf : std::uint8_t { kTable, kIndex, kColumn };

// Returns WITH (...) or SET (...) as it is stored, such as "fillfactor=70"; what is said of TOAST tables,
// which do not exist here, is checked and left out. Throws 22023 for what PostgreSQL does not know, and for
// values out of bounds.
std::vector<std::string> ReadStorageOptions(const ::List* list, StorageOf of);

// Returns the names in RESET (...). Throws 42601 where one has a value.
std::vector<std::string> ReadStorageNames(const ::List* list);

}  // namespace ordinal::sql
