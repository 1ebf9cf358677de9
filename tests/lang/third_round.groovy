// ---- constants of an interface are members of its classes
interface I { int F = 3 }
class A implements I { int q = 7; def f() { F }; def g() { [1].collect { this.F + F } } }
class B extends A { def z() { F + q } }
println([new A().f(), new A().g(), new A().F, new B().z(), I.F])
// expect: [3, [6], 3, 10, 3]
// ---- sortable classes are comparable
@groovy.transform.Sortable class S { String n; int a }
println([new S(n: 'b', a: 1), new S(n: 'a', a: 2)].sort()*.n)
// expect: [a, b]
println(new S(n: 'b', a: 1) <=> new S(n: 'b', a: 2))
// expect: -1
// ---- a list that no method takes, when the methods were loaded by that call
[a: 1].intersect([1])
// throws: MissingMethodException
// ---- the script's binding
x = 1
println getBinding().x + binding.getVariable('x')
// expect: 2
def b = new Binding()
b.y = 4
setBinding(b)
println y
// expect: 4
// ---- a trace into a writer
def w = new StringWriter()
new Exception('boo').printStackTrace(new PrintWriter(w))
println w.toString().readLines()[0]
// expect: java.lang.Exception: boo
// ---- spread attributes
def x = new XmlParser().parseText('<a><c>x</c><c d="2">y</c></a>')
println x.c*.@d
// expect: [null, 2]
class F { int d = 4; int getD() { 5 } }
println([[new F()]*.@d, [new F()]*.d])
// expect: [[4], [5]]
// ---- intersections have the order of the smaller one
println([[3, 1, 2, 1].intersect([1, 2]), [1, 2].intersect([2, 1]), [1, 2, 3, 4].intersect([4, 4, 2]), [1, 2].intersect([9, 2, 1])])
// expect: [[1, 2], [2, 1], [4, 4, 2], [1, 2]]
// ---- words of a pattern's errors
'x'.replaceAll('(', '')
// throws: PatternSyntaxException: Unclosed group near index 1
// ---- dangling
'x' =~ '*a'
// throws: PatternSyntaxException: Dangling meta character '*' near index 0
// ---- calendars of fields
def c = new GregorianCalendar(2020, Calendar.MARCH, 5)
c.add(Calendar.MONTH, -1)
println c.time.format('yyyy-MM-dd') + new GregorianCalendar(2020, 0, 2, 3, 4, 5).time.format(' HH:mm:ss')
// expect: 2020-02-05 03:04:05
// ---- durations and adjusters
import java.time.*
import java.time.temporal.*
println([Duration.parse('PT1H30M').seconds, Duration.parse('P1DT2H'), Duration.parse('-PT1.5S'), Duration.ZERO, Instant.EPOCH.plusSeconds(60)])
// expect: [5400, PT26H, PT-1.5S, PT0S, 1970-01-01T00:01:00Z]
def d = LocalDate.of(2020, 5, 6)
println([TemporalAdjusters.firstDayOfMonth(), TemporalAdjusters.lastDayOfMonth(), TemporalAdjusters.next(DayOfWeek.MONDAY), TemporalAdjusters.previousOrSame(DayOfWeek.WEDNESDAY)].collect { a -> d.with(a) })
// expect: [2020-05-01, 2020-05-31, 2020-05-11, 2020-05-06]
println d.until(LocalDate.of(2021, 5, 6), ChronoUnit.MONTHS)
// expect: 12
// ---- base64 for addresses
println([Base64.urlEncoder.encodeToString([-1, -2] as byte[]), Base64.urlEncoder.withoutPadding().encodeToString([-1, -2] as byte[]), Base64.encoder.withoutPadding().encodeToString('a'.bytes)])
// expect: [__4=, __4, YQ]
// ---- tokens of a text
def st = new StringTokenizer('a b,c', ' ,')
def l = []
while (st.hasMoreTokens()) l << st.nextToken()
println([l, new StringTokenizer('a b').countTokens(), Arrays.equals([1] as int[], [1] as int[]), Objects.requireNonNullElse(null, 3)])
// expect: [[a, b, c], 2, true, 3]
// ---- a class with its own iterator
class Bag { def iterator() { [1, 2].iterator() } }
def r = []
new Bag().each { r << it }
for (x in new Bag()) r << x
println([new Bag().collect { it * 2 }, r, new Bag().find { it == 2 }])
// expect: [[2, 4], [1, 2, 1, 2], 2]
// ---- exceptions of missing members, made by hand
class A {
    def methodMissing(String n, Object args) { throw new MissingMethodException(n, A, args) }
    def propertyMissing(String n) { throw new MissingPropertyException(n, A) }
}
try { new A().zip } catch (MissingPropertyException e) { println "$e.message $e.property" }
// expect: No such property: zip for class: A zip
try { new A().zap('q') } catch (MissingMethodException e) { println "$e.method $e.type" }
// expect: zap class A
new A().foo(1, 'x')
// throws: MissingMethodException: No signature of method: A.foo() is applicable for argument types: (java.lang.Integer, java.lang.String) values: [1, x]
// ---- what equality looks at
import groovy.transform.*
@EqualsAndHashCode(includes = 'a') class B { int a; int b }
@EqualsAndHashCode(excludes = ['a']) class C { int a; int b }
println([new B(a: 1, b: 2) == new B(a: 1, b: 3), new B(a: 1) == new B(a: 2), new C(a: 1, b: 2) == new C(a: 3, b: 2), [new B(a: 1, b: 2), new B(a: 1, b: 3)].unique().size()])
// expect: [true, false, true, 1]
// ---- ranges of other things, texts that are built, arrays that cannot grow
println(('a'..'c').get(0) + new StringBuilder('abc').next() + new StringBuilder('abc').previous() + (1.5..3.5).get(1))
// expect: aabdabb2.5
(['a'] as String[]).addAll([1])
// throws: MissingMethodException: No signature of method: [Ljava.lang.String;.addAll() is applicable for argument types: (java.util.ArrayList) values: [[1]]
// ---- atomic numbers are Numbers
def a = new java.util.concurrent.atomic.AtomicInteger(5)
println([a + 1, a * 2 - 1, new java.util.concurrent.atomic.AtomicLong(7) - 1, a.compareTo(7)])
// expect: [6, 9, 6, -1]
a > 3
// throws: GroovyRuntimeException: Cannot compare java.util.concurrent.atomic.AtomicInteger with value '5' and java.lang.Integer with value '3'
// ---- patterns of numbers without a zero
def f = { p, n -> new java.text.DecimalFormat(p).format(n) }
println([f('#.##', 0.25), f('.##', 0.25), f('.##', 0.5), f('#.##', 2), f('#', 0), f('#,###.##', 0.5), f('.00', 3)])
// expect: [0.25, .25, .5, 2, 0, 0.5, 3.00]
// ---- an empty map as the argument of a command
def f(x) { println "f$x" }
f [:]
// expect: f[:]
println [:]
// expect: [:]
// ---- small numbers stay small when they count
short s = 1
s++
byte b = 1
++b
b--
float x = 1
def r = x++
println([s, s.class.simpleName, b.class.simpleName, x, x.class.simpleName, r])
// expect: [2, Short, Byte, 2.0, Float, 1.0]
