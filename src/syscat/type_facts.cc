#include "syscat/type_facts.h"

#include <algorithm>

#include "base/check.h"

namespace ordinal::syscat {
namespace {

using T = types::TypeId;

constexpr TypeFacts kFacts[] = {
    {T::kBool, 'c', 'p', 1000, 0, 1242, 1243, 2436, 2437, 10003},
    {T::kBytea, 'i', 'x', 1001, 0, 1244, 31, 2412, 2413, 10006},
    {T::kChar, 'c', 'p', 1002, 0, 1245, 33, 2434, 2435, 10007},
    {T::kName, 'c', 'p', 1003, 18, 34, 35, 2422, 2423, 10028},
    {T::kInt8, 'd', 'p', 1016, 0, 460, 461, 2408, 2409, 3124},
    {T::kInt2, 's', 'p', 1005, 0, 38, 39, 2404, 2405, 1979},
    {T::kInt2Vector, 'i', 'p', 1006, 21, 40, 41, 2410, 2411, 0},
    {T::kInt4, 'i', 'p', 1007, 0, 42, 43, 2406, 2407, 1978},
    {T::kRegproc, 'i', 'p', 1008, 0, 44, 45, 2444, 2445, 1981},
    {T::kText, 'i', 'x', 1009, 0, 46, 47, 2414, 2415, 3126},
    {T::kOid, 'i', 'p', 1028, 0, 1798, 1799, 2418, 2419, 1981},
    {T::kXid, 'i', 'p', 1011, 0, 50, 51, 2440, 2441, 0},
    {T::kOidVector, 'i', 'p', 1013, 26, 54, 55, 2420, 2421, 10032},
    {T::kJson, 'i', 'x', 199, 0, 321, 322, 323, 324, 0},
    {T::kFloat4, 'i', 'p', 1021, 0, 200, 201, 2424, 2425, 10012},
    {T::kFloat8, 'd', 'p', 1022, 0, 214, 215, 2426, 2427, 3123},
    {T::kUnknown, 'c', 'p', 0, 0, 109, 110, 2416, 2417, 0},
    {T::kBpchar, 'i', 'x', 1014, 0, 1044, 1045, 2430, 2431, 10004},
    {T::kVarchar, 'i', 'x', 1015, 0, 1046, 1047, 2432, 2433, 3126},
    {T::kDate, 'i', 'p', 1182, 0, 1084, 1085, 2468, 2469, 3122},
    {T::kTime, 'd', 'p', 1183, 0, 1143, 1144, 2470, 2471, 10038},
    {T::kTimestamp, 'd', 'p', 1115, 0, 1312, 1313, 2474, 2475, 3128},
    {T::kTimestamptz, 'd', 'p', 1185, 0, 1150, 1151, 2476, 2477, 3127},
    {T::kInterval, 'd', 'p', 1187, 0, 1160, 1161, 2478, 2479, 10022},
    {T::kTimetz, 'd', 'p', 1270, 0, 1350, 1351, 2472, 2473, 10041},
    {T::kNumeric, 'i', 'm', 1231, 0, 1701, 1702, 2460, 2461, 3125},
    {T::kRegclass, 'i', 'p', 2210, 0, 2218, 2219, 2452, 2453, 1981},
    {T::kRegtype, 'i', 'p', 2211, 0, 2220, 2221, 2454, 2455, 1981},
    {T::kRecord, 'd', 'x', 2287, 0, 2290, 2291, 2402, 2403, 10034},
    {T::kVoid, 'i', 'p', 0, 0, 2298, 2299, 3120, 3121, 0},
    {T::kUuid, 'c', 'p', 2951, 0, 2952, 2953, 2961, 2962, 10065},
    {T::kJsonb, 'i', 'x', 3807, 0, 3806, 3804, 3805, 3803, 10088},
    {T::kRegnamespace, 'i', 'p', 4090, 0, 4084, 4085, 4087, 4088, 1981},
    {T::kRegrole, 'i', 'p', 4097, 0, 4098, 4092, 4094, 4095, 1981},
};

}  // namespace

std::span<const TypeFacts> AllTypeFacts() { return kFacts; }

const TypeFacts& FactsOf(types::TypeId type) {
  const TypeFacts* found = std::find_if(std::begin(kFacts), std::end(kFacts),
                                        [type](const TypeFacts& facts) { return facts.id == type; });
  ORDINAL_CHECK(found != std::end(kFacts));
  return *found;
}

bool IsPassedByValue(std::int16_t length) { return length == 1 || length == 2 || length == 4 || length == 8; }

}  // namespace ordinal::syscat
