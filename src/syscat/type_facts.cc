#include "syscat/type_facts.h"

#include <algorithm>

#include "base/check.h"

namespace ordinal::syscat {
namespace {

using T = types::TypeId;

constexpr TypeFacts kFacts[] = {
    {T::kBool, 'c', 'p', 0, 1242, 1243, 2436, 2437, 10003},
    {T::kBytea, 'i', 'x', 0, 1244, 31, 2412, 2413, 10006},
    {T::kChar, 'c', 'p', 0, 1245, 33, 2434, 2435, 10007},
    {T::kName, 'c', 'p', 18, 34, 35, 2422, 2423, 10028},
    {T::kInt8, 'd', 'p', 0, 460, 461, 2408, 2409, 3124},
    {T::kInt2, 's', 'p', 0, 38, 39, 2404, 2405, 1979},
    {T::kInt2Vector, 'i', 'p', 21, 40, 41, 2410, 2411, 0},
    {T::kInt4, 'i', 'p', 0, 42, 43, 2406, 2407, 1978},
    {T::kRegproc, 'i', 'p', 0, 44, 45, 2444, 2445, 1981},
    {T::kText, 'i', 'x', 0, 46, 47, 2414, 2415, 3126},
    {T::kOid, 'i', 'p', 0, 1798, 1799, 2418, 2419, 1981},
    {T::kXid, 'i', 'p', 0, 50, 51, 2440, 2441, 0},
    {T::kOidVector, 'i', 'p', 26, 54, 55, 2420, 2421, 10032},
    {T::kJson, 'i', 'x', 0, 321, 322, 323, 324, 0},
    {T::kFloat4, 'i', 'p', 0, 200, 201, 2424, 2425, 10012},
    {T::kFloat8, 'd', 'p', 0, 214, 215, 2426, 2427, 3123},
    {T::kUnknown, 'c', 'p', 0, 109, 110, 2416, 2417, 0},
    {T::kBpchar, 'i', 'x', 0, 1044, 1045, 2430, 2431, 10004},
    {T::kVarchar, 'i', 'x', 0, 1046, 1047, 2432, 2433, 3126},
    {T::kDate, 'i', 'p', 0, 1084, 1085, 2468, 2469, 3122},
    {T::kTime, 'd', 'p', 0, 1143, 1144, 2470, 2471, 10038},
    {T::kTimestamp, 'd', 'p', 0, 1312, 1313, 2474, 2475, 3128},
    {T::kTimestamptz, 'd', 'p', 0, 1150, 1151, 2476, 2477, 3127},
    {T::kInterval, 'd', 'p', 0, 1160, 1161, 2478, 2479, 10022},
    {T::kTimetz, 'd', 'p', 0, 1350, 1351, 2472, 2473, 10041},
    {T::kNumeric, 'i', 'm', 0, 1701, 1702, 2460, 2461, 3125},
    {T::kRegprocedure, 'i', 'p', 0, 2212, 2213, 2446, 2447, 1981},
    {T::kRegclass, 'i', 'p', 0, 2218, 2219, 2452, 2453, 1981},
    {T::kRegtype, 'i', 'p', 0, 2220, 2221, 2454, 2455, 1981},
    {T::kRecord, 'd', 'x', 0, 2290, 2291, 2402, 2403, 10034},
    {T::kVoid, 'i', 'p', 0, 2298, 2299, 3120, 3121, 0},
    {T::kTxidSnapshot, 'd', 'x', 0, 2939, 2940, 2941, 2942, 0},
    {T::kPgSnapshot, 'd', 'x', 0, 5055, 5056, 5057, 5058, 0},
    {T::kXid8, 'd', 'p', 0, 5070, 5081, 5082, 5083, 10053},
    {T::kUuid, 'c', 'p', 0, 2952, 2953, 2961, 2962, 10065},
    {T::kJsonb, 'i', 'x', 0, 3806, 3804, 3805, 3803, 10088},
    {T::kJsonpath, 'i', 'x', 0, 4001, 4003, 4002, 4004, 0},
    {T::kRegnamespace, 'i', 'p', 0, 4084, 4085, 4087, 4088, 1981},
    {T::kRegrole, 'i', 'p', 0, 4098, 4092, 4094, 4095, 1981},
};

constexpr catalog::Oid kArrayOperatorClass = 10000;  // array_ops

const TypeFacts* FindFacts(types::TypeId type) {
  const TypeFacts* found = std::find_if(std::begin(kFacts), std::end(kFacts),
                                        [type](const TypeFacts& facts) { return facts.id == type; });
  return found != std::end(kFacts) ? found : nullptr;
}

}  // namespace

std::span<const TypeFacts> AllTypeFacts() { return kFacts; }

TypeFacts FactsOf(types::TypeId type) {
  const TypeFacts* found = FindFacts(type);
  if (found != nullptr) return *found;
  const types::TypeId element = types::ElementType(type);
  found = FindFacts(element);
  ORDINAL_CHECK(found != nullptr);
  // The functions are array_in, array_out, array_recv and array_send.
  const char alignment = found->alignment == 'd' ? 'd' : 'i';
  return {type, alignment,          'x', static_cast<catalog::Oid>(element), 750, 751, 2400,
          2401, kArrayOperatorClass};
}

bool IsPassedByValue(std::int16_t length) { return length == 1 || length == 2 || length == 4 || length == 8; }

}  // namespace ordinal::syscat
