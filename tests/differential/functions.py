"""Makes random calls of functions and operators over arguments that are at the edges: NULL, empty, extreme, infinite,
not valid. Each step is one call, so that an error hides no other answer. The same seed makes the same script.
"""

import random

from generate import Script, Step

TEXTS = ["''", "'a'", "'abc'", "'a b  c'", "' pad '", "'ABC'", "'a.b.c'", "'12'", "'x%y_z'", "'aaa'", "'x€😀'", "NULL::text"]
PATTERNS = ["''", "'a'", "'.'", "'[a-c]+'", "'(a)(b)?'", "'b*'", "'^a'", "'c$'", "'('", "'[[:digit:]]'", "'\\s+'",
            "NULL::text"]
INTEGERS = ["0", "1", "2", "-1", "3", "7", "2147483647", "'-2147483648'::int", "NULL::int"]
SMALL = ["0", "1", "2", "3", "-1", "NULL::int"]
BIGINTS = ["0::bigint", "1::bigint", "-5::bigint", "9223372036854775807", "'-9223372036854775808'::bigint",
           "NULL::bigint"]
NUMERICS = ["0.0", "1.5", "-2.25", "123456789.987654321", "1e-20", "1e30", "100.00", "'NaN'::numeric",
            "'Infinity'::numeric", "'-Infinity'::numeric", "NULL::numeric"]
FLOATS = ["0::float8", "1.5::float8", "-2::float8", "0.25::float8", "'NaN'::float8", "'Infinity'::float8",
          "'-Infinity'::float8", "NULL::float8"]
BYTES = ["''::bytea", "'\\x00ff'::bytea", "'\\x123456'::bytea", "'abc'::bytea", "NULL::bytea"]
JSONS = ["'null'", "'1'", "'1.50'", "'\"a\"'", "'true'", "'[]'", "'{}'", "'[1, 2, 3]'", "'[\"a\", \"b\", null]'",
         "'{\"a\": 1, \"b\": [1, {\"c\": null}]}'", "'{\"b\": 2, \"a\": {\"a\": \"x\"}, \"a\": 3}'", "'[[1], {\"a\": []}]'",
         "'\"\\u00e9\\n\"'", "NULL"]
JSONBS = [text + "::jsonb" for text in JSONS]
PLAIN_JSONS = [text + "::json" for text in JSONS]
PATHS = ["'{}'::text[]", "'{a}'::text[]", "'{b,1,c}'::text[]", "'{0}'::text[]", "'{-1}'::text[]", "'{a,b}'::text[]",
         "'{1,a}'::text[]", "NULL::text[]", "ARRAY['a', NULL]"]
TIMESTAMPS = ["timestamp '2020-02-29 13:14:15.678901'", "timestamp '1999-12-31 23:59:59.999999'",
              "timestamp '2000-01-01'", "timestamp '0044-03-15 BC'", "'infinity'::timestamp", "NULL::timestamp"]
DATES = ["date '2020-02-29'", "date '1999-12-31'", "date '0001-01-01 BC'", "'infinity'::date", "NULL::date"]
TIMES = ["time '00:00'", "time '12:34:56.789'", "time '24:00'", "NULL::time"]
INTERVALS = ["interval '0'", "interval '1 day'", "interval '-1 month 3 days'", "interval '1 year 2 mons 3 days 04:05:06.789'",
             "interval '15 minutes'", "interval '-36:00'", "NULL::interval"]
ARRAYS = ["'{}'::int[]", "ARRAY[1, 2, 3]", "ARRAY[3, NULL, 1]", "ARRAY[[1, 2], [3, 4]]", "'[0:1]={5,6}'::int[]",
          "NULL::int[]"]
FORMATS = ["'999'", "'FM999.99'", "'0000.00'", "'9,999.9'", "'S99.9'", "'99.9S'", "'99MI'", "'PL99'", "'SG99.9'", "'99.9PR'",
           "'9G999D99'", "'FM9,990.099'", "'99th'", "'9V99'", "'\"n=\"90.0'", "'FM990PR'", "'L99.9'", "''", "'9.9.9'", "'S9S'"]
FLAGS = ["''", "'i'", "'n'", "'x'", "'z'"]

# What stands in a template, and what it may be replaced by.
ARGUMENTS = {"T": TEXTS, "P": PATTERNS, "I": INTEGERS, "S": SMALL, "B": BIGINTS, "N": NUMERICS, "F": FLOATS, "Y": BYTES,
             "J": JSONBS, "K": PLAIN_JSONS, "H": PATHS, "M": TIMESTAMPS, "D": DATES, "C": TIMES, "V": INTERVALS,
             "A": ARRAYS, "G": FLAGS, "O": FORMATS}

TEMPLATES = """
length({T}) | upper({T}) | initcap({T}) | left({T}, {S}) | right({T}, {S}) | lpad({T}, {S}, {T}) | rpad({T}, {S}, {T})
repeat({T}, {S}) | replace({T}, {T}, {T}) | reverse({T}) | split_part({T}, {T}, {S}) | strpos({T}, {T}) | ascii({T})
substring({T}, {S}, {S}) | substr({T}, {S}) | translate({T}, {T}, {T}) | btrim({T}, {T}) | concat_ws({T}, {T}, {S})
overlay({T} placing {T} from {S} for {S}) | position({T} in {T}) | starts_with({T}, {T}) | md5({T}) | quote_literal({T})
quote_ident({T}) | quote_nullable({T}) | string_to_array({T}, {T}, {T}) | format('%s|%I|%L', {T}, 'x', {T})
{T} LIKE {T} | {T} ~ {P} | {T} !~* {P} | {T} SIMILAR TO {T} | regexp_match({T}, {P}, {G}) | regexp_like({T}, {P}, {G})
regexp_count({T}, {P}, {S}) | regexp_instr({T}, {P}, {S}, {S}, {S}) | regexp_substr({T}, {P}, {S}, {S}, {G}, {S})
regexp_replace({T}, {P}, {T}, 'g') | regexp_replace({T}, {P}, {T}, {S}, {S}) | regexp_split_to_array({T}, {P})
regexp_matches({T}, {P}, 'g') | regexp_split_to_table({T}, {P}) | substring({T} from {P})
abs({I}) | {I} / {S} | {I} % {S} | {I} + {I} | {I} * {S} | {I} << {S} | gcd({I}, {I}) | lcm({I}, {I}) | {B} - {B} | {B} * {B}
round({N}, {S}) | trunc({N}, {S}) | {N} / {N} | {N} % {N} | {N} * {N} | div({N}, {N}) | ceil({N}) | floor({N}) | sign({N})
scale({N}) | trim_scale({N}) | min_scale({N}) | gcd({N}, {N}) | factorial({S}) | width_bucket({N}, {N}, {N}, {S})
{F} + {F} | {F} / {F} | {F} ^ {F} | round({F}) | sqrt({F}) | {F}::int | {F}::numeric | {N}::int | {N}::text | {B}::int
to_char({N}, {O}) | to_char({I}, {O}) | to_char({B}, {O}) | to_char({F}, {O}) | to_char({S}, {O})
atan2({F}, {F}) | degrees({F}) | width_bucket({F}, {F}, {F}, {S}) | acos({F}) | tanh({F})
get_byte({Y}, {S}) | set_byte({Y}, {S}, {I}) | get_bit({Y}, {B}) | set_bit({Y}, {B}, {S}) | bit_count({Y}) | {Y} || {Y}
encode({Y}, 'hex') | encode({Y}, 'base64') | encode({Y}, 'escape') | substring({Y}, {S}, {S}) | position({Y} in {Y})
num_nulls({T}, {I}, {F}) | num_nonnulls({T}, {N}) | coalesce({T}, {T}) | greatest({N}, {N}) | least({F}, {F})
{J} -> {S} | {J} ->> {S} | {J} -> {T} | {J} ->> {T} | {J} #> {H} | {J} #>> {H} | {J} @> {J} | {J} <@ {J} | {J} ? {T}
{J} ?| {H} | {J} ?& {H} | {J} || {J} | {J} - {T} | {J} - {S} | {J} - {H} | {J} #- {H} | {J} = {J} | {J} < {J} | {J} >= {J}
{K} -> {S} | {K} ->> {T} | {K} #> {H} | {K} #>> {H} | json_typeof({K}) | json_array_length({K}) | json_strip_nulls({K})
jsonb_set({J}, {H}, {J}) | jsonb_set({J}, {H}, {J}, false) | jsonb_insert({J}, {H}, {J}) | jsonb_insert({J}, {H}, {J}, true)
jsonb_set_lax({J}, {H}, {J}, true, 'delete_key') | jsonb_typeof({J}) | jsonb_array_length({J}) | jsonb_strip_nulls({J})
jsonb_pretty({J}) | {J}::int | {J}::numeric | {J}::boolean | {K}::jsonb | {J}::text | jsonb_array_elements({J})
jsonb_array_elements_text({J}) | jsonb_object_keys({J}) | json_array_elements({K}) | json_object_keys({K})
jsonb_extract_path({J}, {T}, {T}) | json_build_array({T}, {I}, {N}, {J}, {M}) | jsonb_build_object({T}, {J}, {T}, {A})
to_json({T}) | to_json({N}) | to_json({F}) | to_json({M}) | to_json({D}) | to_jsonb({A}) | to_jsonb({V}) | to_json({C})
array_to_json({A}) | json_object(ARRAY[{T}, {T}]) | jsonb_object(ARRAY[{T}], ARRAY[{T}])
{M} + {V} | {M} - {V} | {M} - {M} | {D} + {S} | {D} - {D} | {D} + {V} | {C} + {V} | {V} + {V} | {V} * {F} | {V} = {V} | {V} < {V}
date_trunc('month', {M}) | date_trunc('hour', {V}) | extract(epoch from {V}) | extract(week from {M})
extract(doy from {D}) | date_part('second', {C}) | justify_interval({V}) | justify_hours({V}) | isfinite({M})
date_bin({V}, {M}, {M}) | ({M}, {M}) OVERLAPS ({M}, {V}) | ({C}, {C}) OVERLAPS ({C}, {V}) | {M}::date | {M}::time
make_date({I}, {S}, {S}) | make_interval({S}, {S}) | make_interval(days => {S}, secs => {F}) | make_time({S}, {S}, 1.5) | {V}::time | {M} AT TIME ZONE 'Europe/Paris'
array_append({A}, {I}) | array_prepend({I}, {A}) | array_cat({A}, {A}) | array_remove({A}, {I}) | array_position({A}, {S})
array_positions({A}, {S}) | array_replace({A}, {S}, {I}) | array_to_string({A}, {T}, {T}) | array_dims({A}) | {A} @> {A}
{A} && {A} | {A} || {A} | {A} = {A} | {A} < {A} | ({A})[{S}] | ({A})[{S}:{S}] | cardinality({A}) | array_upper({A}, {S})
trim_array({A}, {S}) | {S} = ANY({A}) | {S} > ALL({A}) | unnest({A}) | generate_subscripts({A}, {S})
"""

AGGREGATES = """
sum({N}) | avg({N}) | stddev({N}) | var_pop({N}) | variance({I}) | stddev_pop({S}) | bit_and({S}) | bit_xor({I}) | max({N})
jsonb_agg({N}) | json_agg({T}) | count(DISTINCT {J}) | regr_slope({S}, {S}) | corr({S}, {S}) | covar_samp({S}, {S})
jsonb_object_agg('k', {J}) | array_agg({T}) | string_agg({T}, ',') | bool_and({S} > 0) | regr_count({F}, {F})
"""


def split(text):
    return [part.strip() for line in text.strip().splitlines() for part in line.split(" | ")]


CALLS, FOLDS = split(TEMPLATES), split(AGGREGATES)


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def filled(self, template):
        for letter, values in ARGUMENTS.items():
            while "{" + letter + "}" in template:
                template = template.replace("{" + letter + "}", self.random.choice(values), 1)
        return template

    def call(self):
        if self.random.randrange(10) > 0:
            return f"SELECT {self.filled(self.random.choice(CALLS))}"
        # An aggregate over rows whose values are chosen one by one.
        fold = self.random.choice(FOLDS)
        letters = [letter for letter in ARGUMENTS if "{" + letter + "}" in fold]
        names = {letter: f"v{number}" for number, letter in enumerate(letters)}
        rows = ", ".join("(" + ", ".join(self.random.choice(ARGUMENTS[letter]) for letter in letters) + ")"
                         for _ in range(self.random.randint(1, 5)))
        for letter, name in names.items():
            fold = fold.replace("{" + letter + "}", name)
        return f"SELECT {fold} FROM (VALUES {rows}) AS v ({', '.join(names.values())})"


def generate(seed):
    generator = Generator(seed)
    return Script(seed, [Step(generator.call(), True) for _ in range(20)], [])
