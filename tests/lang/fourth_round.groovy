// ---- classes that extend what is no instance: natives of another kind of object are not theirs
class D extends Date { def own() { super.getTime() } }
class T implements CharSequence { String toString() { ' t ' } }
class L extends ArrayList implements Map { }
class B extends StringBuilder { }
class M extends java.util.regex.Matcher { }
class I implements Iterable { }
class E implements Map.Entry { }
def seen = [{ new D().time }, { new D().format('yyyy') }, { new D().own() }, { new T().trim() }, { new L().keySet() }, { new B().append('x') },
    { new M().groupCount() }, { new E().getKey() }, { new D() + 1 }].collect { c ->
    try { c(); 'ok' } catch (MissingMethodException | MissingPropertyException e) { 'missing' }
}
println seen.unique()
// expect: [missing]
println([new I().size(), new I().collect { 1 }, new L().size(), "${new T()}"])
// expect: [1, [1], 0,  t ]
// judge: no
// ---- numbers that are objects: AtomicInteger, a script's own
import java.util.concurrent.atomic.*
class N extends Number {
    int intValue() { 3 }
    long longValue() { 3 }
    float floatValue() { 3 }
    double doubleValue() { 3 }
}
def a = new AtomicInteger(3)
println([a.toInteger(), a.abs(), a.intdiv(2), a.next(), a.previous(), a.toLong(), a.byteValue(), a.toBigInteger(), a.power(2), a.mod(2)])
// expect: [3, 3, 1, 4, 2, 3, 3, 3, 9, 1]
println([a + 1, a - 1, a * 2, new AtomicLong(5) + 1, a.compareTo(2), new N() + 1, new N().toInteger(), new N().abs()])
// expect: [4, 2, 6, 6, 1, 4, 3, 3]
// ---- static methods by way of an object
println([''.join(',', ['a', 'b']), 5.parseInt('7'), 'x'.valueOf(3), new Date(0).parse('yyyy', '1971').time > 0, ''.format('%02d', 3)])
// expect: [a,b, 7, 3, true, 03]
// ---- a matcher with another text
def m = 'ab' =~ /./
println m.find()
// expect: true
m.reset('\ud83d' + 'x' + '\udc00')
def found = []
while (m.find()) found << m.start()
println found
// expect: [0, 1, 2]
// ---- the digits of a BigInteger
def md5 = java.security.MessageDigest.getInstance('MD5').digest('abc'.bytes)
println String.format('%032x', new BigInteger(1, md5))
// expect: 900150983cd24fb0d6963f7d28e17f72
println String.format('%X|%x|%#x|%o|%6x|%06x|%x|%X', 255G, -255G, 2G**70, 8G, -255G, -255G, -1, -1L)
// expect: FF|-ff|0x400000000000000000|10|   -ff|-000ff|ffffffff|FFFFFFFFFFFFFFFF
// ---- sets answer by their table, lists lose what a set has
def many = (1..20000) as Set, rest = (1..20000).toList()
println((1..20000).count { many.contains(it) } + (many.containsAll(rest) ? 1 : 0) + (many.disjoint([0]) ? 1 : 0))
// expect: 20002
rest.removeAll((2..20000) as Set)
println rest
// expect: [1]
many.retainAll([5, 7] as Set)
println many
// expect: [5, 7]
def l = ['a', 'b', 'c', 'b']
println([l.retainAll(['b', 'c'] as Set), l, l.removeAll(['x']), l.removeAll(['c']), l])
// expect: [true, [b, b], false, true, [b, b]]
// ---- many texts: what they have in common, each once
def names = (1..20000).collect { "n${it % 10000}".toString() }
println([names.intersect(names.take(10000)).size(), names.unique(false).size(), names.toUnique().size(), (names - names.take(5)).size()])
// expect: [10000, 10000, 10000, 19990]
println([[3, 1, 3, 2, 1, 9, 9, 8, 7, 6].unique(), [1, 1L, 1.0, 2, 3, 4, 5, 6, 7, 8].unique(), ['a'] * 12])
// expect: [[3, 1, 2, 9, 8, 7, 6], [1, 2, 3, 4, 5, 6, 7, 8], [a, a, a, a, a, a, a, a, a, a, a, a]]
// ---- parts of collate() are lists of their own
def parts = [1, 2, 3, 4, 5].collate(2)
parts[0] << 9
println parts
// expect: [[1, 2, 9], [3, 4], [5]]
println([[1, 2, 3, 4].collate(3, 1), [1, 2, 3, 4].collate(3, 1, false), [1, 2].collate(5, false)])
// expect: [[[1, 2, 3], [2, 3, 4], [3, 4], [4]], [[1, 2, 3], [2, 3, 4]], []]
// ---- @Memoized
import groovy.transform.Memoized
class Calc {
    int calls = 0
    @Memoized def twice(x) { calls++; x * 2 }
    @Memoized List pair(a, b = 2) { calls++; [a, b].collect { it + a } }
    @Memoized static int once(int x) { println "once $x"; x }
}
def c = new Calc()
println([c.twice(2), c.twice(2), c.twice(3), c.pair(1), c.pair(1, 2), c.calls])
// expect: [4, 4, 6, [2, 3], [2, 3], 3]
println([Calc.once(1), Calc.once(1), new Calc().twice(2)])
// expect: once 1
// expect: [1, 1, 4]
@Memoized
def fib(int n) { n < 2 ? n : fib(n - 1) + fib(n - 2) }
println fib(40)
// expect: 102334155
// ---- metaClass answers
class P { def foo() { 1 }; def p = 2 }
def p = new P()
println([p.metaClass.respondsTo(p, 'foo') ? 1 : 0, p.metaClass.respondsTo(p, 'fo') ? 1 : 0, p.metaClass.hasProperty(p, 'p') ? 1 : 0])
// expect: [1, 0, 1]
println([p.metaClass.theClass, p.metaClass.invokeMethod(p, 'foo', null), p.metaClass.getProperty(p, 'p'), P.metaClass.theClass])
// expect: [class P, 1, 2, class P]
// ---- metaClass adds nothing
// judge: no
String.metaClass.shout = { -> delegate.toUpperCase() }
// throws: UnsupportedOperationException: java.lang.String.metaClass.shout: metaClass cannot be changed here, nor in the sandbox of Jenkins
// ---- collectors
import java.util.stream.*
def l = ['a', 'bb', 'cc']
println l.stream().collect(Collectors.groupingBy({ it.size() }, Collectors.counting()))
// expect: [1:1, 2:2]
println l.stream().collect(Collectors.partitioningBy { it.size() > 1 })
// expect: [false:[a], true:[bb, cc]]
println l.stream().collect(Collectors.toMap({ it.size() }, { it }, { a, b -> a + b }))
// expect: [1:a, 2:bbcc]
println l.stream().collect(Collectors.mapping({ it.toUpperCase() }, Collectors.joining('-', '<', '>')))
// expect: <A-BB-CC>
println([1, 2, 3].stream().collect(Collectors.summingInt { it }) + [1, 2, 3].stream().collect(Collectors.averagingInt { it }))
// expect: 8.0
println([1, 2, 3].stream().collect(Collectors.toCollection { new TreeSet() }))
// expect: [1, 2, 3]
println l.stream().collect(Collectors.collectingAndThen(Collectors.toList(), { it.size() }))
// expect: 3
l.stream().collect(Collectors.toMap({ it.size() }, { it }))
// throws: IllegalStateException: Duplicate key 2 (attempted merging values bb and cc)
// ---- streams without an end, and what they come to
import java.util.stream.*
println Stream.iterate(1, { it * 2 }).limit(5).collect(Collectors.toList())
// expect: [1, 2, 4, 8, 16]
println Stream.generate { 7 }.limit(3).collect(Collectors.toList())
// expect: [7, 7, 7]
println Stream.iterate(1, { it + 1 }).filter { it % 2 == 0 }.map { it * it }.limit(3).collect(Collectors.toList())
// expect: [4, 16, 36]
println([[3, 1, 2].stream().mapToInt { it }.max().getAsInt(), [3, 1, 2].stream().mapToInt { it }.average().getAsDouble(), [].stream().mapToInt { it }.sum()])
// expect: [3, 2.0, 0]
println([[3, 1, 2].stream().reduce { a, b -> a + b }.get(), [3, 1, 2].stream().min { a, b -> a <=> b }.get()])
// expect: [6, 1]
// ---- streams of ints by their class
// judge: no
println(java.util.stream.Stream.concat([1].stream(), [2].stream()).count())
// expect: 2
println([java.util.stream.IntStream.rangeClosed(1, 5).sum(), java.util.stream.IntStream.of(3, 4).boxed().toList()])
// expect: [15, [3, 4]]
// ---- comparators
println(['bb', 'a', 'cc'].toSorted(Comparator.comparing { it.size() }))
// expect: [a, bb, cc]
println(['bb', 'a', 'cc'].toSorted(Comparator.comparing { -it.size() }.thenComparing({ a, b -> b <=> a } as Comparator)))
// expect: [cc, bb, a]
println(['bb', 'a', 'cc'].toSorted(Comparator.comparingInt { it.size() }.reversed()))
// expect: [bb, cc, a]
println(['b', 'a', 'C'].toSorted(String.CASE_INSENSITIVE_ORDER))
// expect: [a, b, C]
println([Collections.EMPTY_LIST, Collections.EMPTY_MAP, Collections.EMPTY_SET])
// expect: [[], [:], []]
// ---- comparators of interfaces' statics
// judge: no
println([3, 1, 2].toSorted(Comparator.reverseOrder()))
// expect: [3, 2, 1]
println([b: 1, a: 2].entrySet().stream().sorted(Map.Entry.comparingByKey()).map { it.key }.toList())
// expect: [a, b]
println([1, null, 0].toSorted(Comparator.nullsFirst(Comparator.naturalOrder())))
// expect: [null, 0, 1]
// ---- pairs of a map, places in a list
def m = [a: 1, b: 2]
println([m.remove('a', 5), m.remove('a', 1), m.replace('b', 9, 3), m.replace('b', 2, 3), m])
// expect: [false, true, false, true, [b:3]]
println([[1, 2, 3].plus(1, [8, 9]), [1, 2].plus(2, [3]), [1, 2].containsAll(1, 2), [1, 2, 3].listIterator(1).next()])
// expect: [[1, 8, 9, 2, 3], [1, 2, 3], true, 2]
def o = Optional.of(5)
println([o.flatMap { Optional.of(it + 1) }.get(), o.or { null }.get(), o.orElseThrow(), o == Optional.of(5), Optional.empty() == Optional.of(1)])
// expect: [6, 5, 5, true, false]
// ---- java.time: years, fields, periods, parts
import java.time.*
import java.time.format.*
import java.time.temporal.*
println LocalDate.of(2020,2,29).lengthOfYear()
// expect: 366
println LocalDate.of(2020,2,29).withYear(2021).toString()
// expect: 2021-02-28
println LocalDate.of(2020,2,29).plus(Period.ofDays(3)).toString()
// expect: 2020-03-03
println LocalDate.of(2020,2,29).until(LocalDate.of(2021,1,1)).toString()
// expect: P10M3D
println LocalDate.of(2020,2,29).until(LocalDate.of(2021,1,1), ChronoUnit.DAYS)
// expect: 307
println Period.between(LocalDate.of(2020,2,29), LocalDate.of(2021,4,1)).with { [years, months, days, it.toString()] }
// expect: [1, 1, 3, P1Y1M3D]
println Period.of(1,2,3).toTotalMonths()
// expect: 14
println Period.parse('P1Y2M3D').days
// expect: 3
println LocalDate.of(2020,2,29).get(ChronoField.DAY_OF_WEEK)
// expect: 6
println LocalDate.of(2020,2,29).get(ChronoField.ALIGNED_WEEK_OF_YEAR)
// expect: 9
println LocalDate.of(2020,12,31).get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)
// expect: 53
println LocalDate.of(2020,2,29).with(ChronoField.DAY_OF_MONTH, 3).toString()
// expect: 2020-02-03
println LocalDate.of(2020,2,29).atTime(LocalTime.of(3, 4)).toString()
// expect: 2020-02-29T03:04
println LocalDate.ofYearDay(2020, 60).toString()
// expect: 2020-02-29
println LocalDateTime.of(2020,2,29,13,5).toEpochSecond(ZoneOffset.UTC)
// expect: 1582981500
println LocalDateTime.of(2020,2,29,13,5).toInstant(ZoneOffset.ofHours(8)).toString()
// expect: 2020-02-29T05:05:00Z
println LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC).toString()
// expect: 1970-01-01T00:00
println LocalTime.parse('13:05:06').toSecondOfDay()
// expect: 47106
println LocalTime.of(13,5).isAfter(LocalTime.NOON)
// expect: true
println Instant.parse('2020-02-29T13:05:06Z').until(Instant.parse('2020-02-29T14:05:06Z'), ChronoUnit.MINUTES)
// expect: 60
println Duration.ofSeconds(3725).toMinutesPart()
// expect: 2
println Duration.ofSeconds(3725).toHoursPart()
// expect: 1
println Duration.ofSeconds(3725).toSecondsPart()
// expect: 5
println Duration.ofSeconds(-3725).abs().toString()
// expect: PT1H2M5S
println Duration.ofSeconds(3725).negated().toString()
// expect: PT-1H-2M-5S
println Duration.ofSeconds(3725).multipliedBy(2).toString()
// expect: PT2H4M10S
println Duration.ofSeconds(3725).dividedBy(5).toString()
// expect: PT12M25S
println Duration.ofSeconds(3725).isNegative()
// expect: false
println Duration.of(5, ChronoUnit.MINUTES).seconds
// expect: 300
println ZonedDateTime.of(2020,2,29,13,5,6,0,ZoneId.of('Asia/Shanghai')).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME)
// expect: 2020-02-29T13:05:06+08:00
println ZonedDateTime.of(2020,2,29,13,5,6,0,ZoneId.of('Asia/Shanghai')).offset.toString()
// expect: +08:00
println ZoneOffset.ofHours(8).toString()
// expect: +08:00
println DayOfWeek.of(3).getDisplayName(TextStyle.SHORT, Locale.US)
// expect: Wed
println Month.MAY.getDisplayName(TextStyle.FULL, Locale.ENGLISH)
// expect: May
println LocalDate.of(2020,2,29).datesUntil(LocalDate.of(2020,3,2)).toArray().toString()
// expect: [2020-02-29, 2020-03-01]
// ---- dates that are none
import java.time.*
def words = { c -> try { c().toString() } catch (DateTimeException e) { e.message } }
println([{ LocalDate.of(2021, 2, 29) }, { LocalDate.of(2021, 6, 31) }, { LocalDate.of(2021, 13, 1) }, { LocalDate.of(2021, 1, 32) },
    { LocalTime.of(24, 0) }, { LocalTime.of(1, 2, 60) }, { LocalDate.of(2020, 2, 29).withDayOfMonth(29) }].collect(words).join('; '))
// expect: Invalid date 'February 29' as '2021' is not a leap year; Invalid date 'JUNE 31'; Invalid value for MonthOfYear (valid values 1 - 12): 13; Invalid value for DayOfMonth (valid values 1 - 28/31): 32; Invalid value for HourOfDay (valid values 0 - 23): 24; Invalid value for SecondOfMinute (valid values 0 - 59): 60; 2020-02-29
// ---- calendars
def c = Calendar.getInstance(TimeZone.getTimeZone('UTC'))
c.clear()
c.timeZone = TimeZone.getTimeZone('UTC')
c.timeInMillis = 0
def d = c.clone()
d.add(Calendar.DAY_OF_MONTH, 1)
println([c.timeInMillis, d.timeInMillis, c.before(d), c.after(d), c <=> d, c.getActualMaximum(Calendar.DAY_OF_MONTH), c.next() == d, new GregorianCalendar(2020, 1, 29).isLeapYear(2020)])
// expect: [0, 86400000, true, false, -1, 31, true, true]
println([java.util.concurrent.TimeUnit.SECONDS.convert(2, java.util.concurrent.TimeUnit.MINUTES), new BitSet().with { set(3); set(5); nextSetBit(4) }])
// expect: [120, 5]
println(new StringTokenizer('a b c').toList())
// expect: [a, b, c]
// ---- JsonSlurperClassic makes HashMaps
println new groovy.json.JsonSlurperClassic().parseText('{"zeta": {"b": 1, "a": 2}, "alpha": [], "mid": 3}')
// expect: [zeta:[a:2, b:1], alpha:[], mid:3]
// ---- places that are no places
def words = { c -> try { c(); 'ok' } catch (ClassCastException | StackOverflowError e) { e.class.simpleName } }
def self = []
self << self
println([{ [1, 2][('aa'..'ac')] }, { 'abc'[('aa'..'ac')] }, { [1, 2][self] }, { 'abc'[self] }].collect(words))
// expect: [GroovyCastException, GroovyCastException, StackOverflowError, StackOverflowError]
def l = [1, 2, 3]
l[1..<1] = [7, 8]
println([l, l[5..<5], l[0, [1, 2]], l[-2..<-2]])
// expect: [[1, 7, 8, 2, 3], [], [1, 7, 8], []]
// ---- a node's value
def x = new XmlParser().parseText('<a><v>1</v></a>')
x.v[0].value = '2'
println x.v.text()
// expect: 2
// ---- builders, random floats, identifiers, copies
def b = new StringBuilder()
while (b.length() < 100000) b << 'x'
b.setLength(99999)
b << 'é'
println([b.length(), b.size(), b.capacity() >= 100000, new StringBuffer('a').length()])
// expect: [100000, 100000, true, 1]
println([new Random(5).nextFloat(), Collections.nCopies(2, 'a'), UUID.fromString('00000000-0000-4001-8000-000000000002').with { [mostSignificantBits, leastSignificantBits, version()] }])
// expect: [0.73051983, [a, a], [16385, -9223372036854775806, 4]]
def l = [1, 2, 3, 4], part = l.subList(1, 3)
part.addAll(0, [9, 9])
l.addAll(1, [8])
l.addAll(7, [7])
println l
// expect: [1, 8, 9, 9, 2, 3, 4, 7]
// ---- copies of less than nothing
Collections.nCopies(-1, 'a')
// throws: IllegalArgumentException: List length = -1
// ---- a span too long for nanoseconds
java.time.Duration.ofDays(999999999).toNanos()
// throws: ArithmeticException: long overflow
// ---- what is no zone
def words = { c -> try { c(); 'ok' } catch (MissingMethodException e) { 'missing' } }
println([{ Calendar.instance.setTimeZone(new Random(1)) }, { Calendar.instance.setTimeZone(TimeZone.getTimeZone('UTC')) }].collect(words))
// expect: [missing, ok]
println([TimeZone.getTimeZone('Asia/Shanghai').getID(), '😀x'.codePointAt(0), '😀x'.codePointAt(1), 'a'.codePointAt(0)])
// expect: [Asia/Shanghai, 128512, 56832, 97]
// ---- what is no number is no NaN
println([{ Double.isNaN('a') }, { Double.isInfinite([]) }, { Float.isNaN(null) }].collect { c ->
    try { c() } catch (MissingMethodException | IllegalArgumentException e) { 'refused' }
})
// expect: [refused, refused, refused]
// judge: no
