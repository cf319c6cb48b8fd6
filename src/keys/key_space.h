// Maps the key space: every key that the rooms above the store write begins with one of these bytes.
//
//   prefix  followed by                                  value
//   'c'     object oid                                   catalog descriptor
//   'n'     schema oid, kind, name                       catalog: oid that the name belongs to
//   'k'     object oid                                   marker, touched by what is created inside the object
//   's'     sequence oid                                 counter of a sequence
//   't'     table oid, index oid, indexed columns ...    a row or an index entry, see below
//   'x'     row key without its prefix                   marker X of the row, never read as data
//   'y'     row key without its prefix                   marker S of the row, never read as data
//   'm'     name                                         meta: boot counter, next oid, and the like
//   'w'     node id, be64                                registration of a live node
//   'j'     job id                                       a piece of background work
//
// Oids are four bytes, most significant first. 0x00 belongs to the engines. Keys in table data:
//
//   primary index      't' table index columns                     the whole row (row_codec.h)
//   hidden row id      't' table 0 be64                            the row of a table without a primary key
//   unique index       't' table index columns                     the row suffix
//     with a NULL      't' table index columns row-suffix          the row suffix; NULLs are not equal
//   other index        't' table index columns row-suffix          empty
//
// The row suffix is the row key without prefix and oids, so an entry leads to its row by the table's oid
// alone.
//
// Markers: FOR KEY SHARE and foreign-key checks guard X and touch S; deletes, updates of key columns and FOR
// UPDATE touch X and guard both, so that the two kinds meet at commit though neither writes what the other
// reads. Every other update guards X. See docs/decisions/0010.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace ordinal::keys {

inline constexpr char kCatalogPrefix = 'c';
inline constexpr char kNamePrefix = 'n';
inline constexpr char kObjectMarkerPrefix = 'k';
inline constexpr char kSequencePrefix = 's';
inline constexpr char kTablePrefix = 't';
inline constexpr char kExclusiveMarkerPrefix = 'x';
inline constexpr char kSharedMarkerPrefix = 'y';
inline constexpr char kMetaPrefix = 'm';
inline constexpr char kNodePrefix = 'w';
inline constexpr char kJobPrefix = 'j';

// Stands for the primary index of a table without a primary key, whose rows lie under hidden row ids.
inline constexpr base::Oid kHiddenIndex = base::kInvalidOid;

std::string CatalogKey(base::Oid object);
std::string NameKey(base::Oid schema, char kind, std::string_view name);
std::string ObjectMarkerKey(base::Oid object);
std::string SequenceKey(base::Oid sequence);
std::string MetaKey(std::string_view name);
std::string NodeKey(std::uint64_t node);
std::string JobKey(std::string_view id);

// Begins every key of one index; the encoded columns are appended to it. Every key of the table, all indexes
// together, begins with TablePrefix.
std::string TablePrefix(base::Oid table);
std::string IndexPrefix(base::Oid table, base::Oid index);
inline constexpr std::size_t kTablePrefixSize = 1 + sizeof(base::Oid);
inline constexpr std::size_t kIndexPrefixSize = kTablePrefixSize + sizeof(base::Oid);

std::string HiddenRowKey(base::Oid table, std::uint64_t row_id);
// Takes the id out of a hidden row key. Errors: XX001 when the key is none.
std::uint64_t RowIdOf(std::string_view hidden_row_key);

// Returns what follows the index prefix in a row key: the encoded primary key or the hidden row id. REQUIRES
// a row key.
std::string_view RowSuffix(std::string_view row_key);
// Rebuilds the row key from the table, its primary index and the suffix.
std::string RowKey(base::Oid table, base::Oid primary_index, std::string_view row_suffix);

// Derives the markers of a row. REQUIRES a row key.
std::string ExclusiveMarkerKey(std::string_view row_key);
std::string SharedMarkerKey(std::string_view row_key);

// Returns the first key after all keys that begin with `prefix`; "" when there is none, which kv::KeyRange
// reads as "to the end".
std::string PrefixEnd(std::string_view prefix);

}  // namespace ordinal::keys
