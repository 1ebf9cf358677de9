// ---- a list no method takes is its list of arguments
class TwoOf { def f(a, b) { "two $a $b" }; def methodMissing(String n, args) { "missing ${args.size()}" } }
def g(String a) { a }
println new TwoOf().f([1, 2])
// expect: two 1 2
println new TwoOf().f([1, 2, 3])
// expect: missing 1
println g(['x']) + 'abc'.substring([1, 2]) + (1 + [1])
// expect: xb2
// ---- ends of upto, downto and step take the kind of the start
def r = []
1.upto(3.9) { r << it }
3.downto(1.5) { r << it }
1.step(4.9d, 1) { r << it }
1.5d.upto(3) { r << it }
1.5.step(3, 0.5) { r << it }
println r
// expect: [1, 2, 3, 3, 2, 1, 1, 2, 3, 1.5, 2.5, 1.5, 2.0, 2.5]
// ---- upto NaN does not hang
1.upto(Double.NaN) { }
// throws: GroovyRuntimeException: The argument (NaN) to upto() cannot be less than the value (1) it's called on.
// ---- step to NaN
1.step(Double.NaN, 1) { }
// throws: GroovyRuntimeException: Infinite loop in 1.step(0, 1)
// ---- a singleton is made once
@Singleton class Only { int n = 4 }
println Only.instance.n
// expect: 4
new Only()
// throws: RuntimeException: Can't instantiate singleton Only. Use Only.instance
// ---- a singleton that may be made
@Singleton(strict = false) class Loose { int v; Loose() { v = 3 } }
println([Loose.instance.v, new Loose().v])
// expect: [3, 3]
// ---- gaussians of a seed
def r = new Random(42)
println((1..3).collect { r.nextGaussian().round(9) } + r.nextInt(5))
// expect: [1.141905315, 0.919407949, -0.949866637, 4]
// ---- months and days of java.time
import java.time.*
println([Month.of(3), Month.MAY.plus(9), Month.FEBRUARY.maxLength(), Month.valueOf('MAY').ordinal(), Month.MAY == Month.of(5)])
// expect: [MARCH, FEBRUARY, 29, 4, true]
println([DayOfWeek.of(7), DayOfWeek.SUNDAY.plus(1), LocalDate.of(2024, 1, 6).dayOfWeek in [DayOfWeek.SATURDAY, DayOfWeek.SUNDAY]])
// expect: [SUNDAY, MONDAY, true]
println([YearMonth.of(2020, 2).lengthOfMonth(), YearMonth.of(2020, 2).plusMonths(11), YearMonth.parse('2021-03').atDay(3), YearMonth.of(2024, 1) < YearMonth.of(2024, 2)])
// expect: [29, 2021-01, 2021-03-03, true]
println([Year.of(2020).isLeap(), Year.isLeap(1900), Year.of(2020).atDay(60), java.time.YearMonth.of(2024, Month.FEBRUARY).atEndOfMonth()])
// expect: [true, false, 2020-02-29, 2024-02-29]
// ---- no such month
java.time.YearMonth.of(2024, 13)
// throws: DateTimeException: Invalid value for MonthOfYear (valid values 1 - 12): 13
// ---- decode, locales, lines of base64
println([Integer.decode('0x10'), Long.decode('#ff'), Integer.decode('-010'), Integer.decode('12')])
// expect: [16, 255, -8, 12]
println([Locale.ENGLISH.language, Locale.US.country])
// expect: [en, US]
println Base64.mimeEncoder.encodeToString(('x' * 100).bytes).split('\r\n')*.size()
// expect: [76, 60]
// ---- a String of a list of texts
new String(['a'])
// throws: GroovyRuntimeException: Could not find matching constructor for: java.lang.String(java.util.ArrayList)
// ---- join takes texts alone; null is none
println([1, 2].join(null) + [1, 2].join("${','}"))
// expect: 121,2
[1, 2].join(3)
// throws: MissingMethodException: No signature of method: java.util.ArrayList.join() is applicable for argument types: (java.lang.Integer) values: [3]
// ---- what only later versions of Groovy have
def refused = { c -> try { c(); false } catch (MissingMethodException e) { true } }
println([{ 5.negate() }, { 5.pow(2) }, { 5.signum() }, { 5.trunc() }, { 5.negative() }, { [1].inits() }, { 'a'.md5() }, { [1].tap { } }].collect(refused).every())
// expect: true
println([5G.pow(2), 5.0.negate(), 5G.signum(), 5.7d.trunc(), 5G.longValueExact(), 7G.remainder(4G)])
// expect: [25, -5.0, 1, 5.0, 5, 3]
