// ---- typed locals convert
int x = 'a' as char
long y = 5
String s = "g${1}"
boolean b = 'text'
double d = 1
println "$x $y ${s.class.simpleName} $b $d ${y.class.simpleName}" // expect: 97 5 String true 1.0 Long
// ---- a BigDecimal becomes an int
int x = 1.9
println x // expect: 1
x = 2.9 + 1
println x // expect: 3
// ---- bad conversion
int x = 'abc'
// throws: GroovyCastException: Cannot cast object 'abc' with class 'java.lang.String' to class 'int'
// ---- int arithmetic wraps
int a = Integer.MAX_VALUE
println a + 1 // expect: -2147483648
println Long.MAX_VALUE + 1 // expect: -9223372036854775808
println 2147483647 * 2 // expect: -2
println 3000000000 // expect: 3000000000
a += 1L
println a // expect: -2147483648
// ---- division
println 7 / 2 // expect: 3.5
println 6 / 2 // expect: 3
println 7 % 3 // expect: 1
println(-7 % 3) // expect: -1
println 7.intdiv(2) // expect: 3
println 2 ** 10 // expect: 1024
println 2 ** -1 // expect: 0.5
println 10 / 3 // expect: 3.3333333333
println 1.0 / 3 // expect: 0.3333333333
// ---- assignment is an expression
def a, b
a = b = 3
println a + b // expect: 6
println((a = 5) + a) // expect: 10
def x = 1
println x++ + ++x // expect: 4
println x // expect: 3
// ---- compound assignment
def m = [n: 1, l: [1, 2]]
m.n += 5
m.l[0] += 10
m['n'] *= 2
m.l <<= 3
println m // expect: [n:12, l:[11, 2, 3]]
m.k ?: (m.k = 'new')
println m.k // expect: new
m.n++
println m.n-- // expect: 13
println m.n // expect: 12
// ---- several at once
def (a, b, c) = [1, 2]
println "$a $b $c" // expect: 1 2 null
(a, b) = [b, a]
println "$a $b" // expect: 2 1
def (int p, String q) = [1.5, 7]
println "$p $q" // expect: 1 7
// ---- safe navigation
def n = null
println n?.foo // expect: null
println n?.foo() // expect: null
println n?.foo?.bar // expect: null
println 'ab'?.size() // expect: 2
// ---- spread
def l = [[n: 1], [n: 2]]
println l*.n // expect: [1, 2]
println l.n // expect: [1, 2]
println(['a', 'bc']*.size()) // expect: [1, 2]
println([*1..3, *[7, 8]]) // expect: [1, 2, 3, 7, 8]
def f(a, b, c) { "$a$b$c" }
println f(*[1, 2, 3]) // expect: 123
println f(0, *[1, 2]) // expect: 012
println([a: 1, *: [b: 2]]) // expect: [a:1, b:2]
println(null*.foo()) // expect: null
println([null, 'a']*.size()) // expect: [null, 1]
// ---- named arguments
def f(Map m, x) { "$m $x" }
println f(a: 1, 5, b: 2) // expect: [a:1, b:2] 5
def g(Map m) { m }
println g(k: 1) // expect: [k:1]
// ---- binding variables
x = 5
def read() { x }
println read() // expect: 5
x++
println binding.x // expect: 6
println binding.hasVariable('nope') // expect: false
y = { x + 1 }
println y() // expect: 7
// ---- def variables are not seen by methods
def local = 5
def read() { local }
read()
// throws: MissingPropertyException: No such property: local for class: Script1
// ---- fields of the script
import groovy.transform.Field
@Field def count = 0
@Field List names = ['a']
def inc() { count++; names << 'b' }
inc()
inc()
println count // expect: 2
println names // expect: [a, b, b]
// ---- strings
def n = 3
println "a${n}b$n" // expect: a3b3
println "${n + 1} ${"in ${n}"}" // expect: 4 in 3
println 'no ${n}' // expect: no ${n}
println "a\tb\\n\$" // expect: a	b\n$
println 'abc'[1] + 'abc'[-1] + 'abcd'[1..2] // expect: bcbc
println 'a' + 1 + null // expect: a1null
println 'ab' * 3 // expect: ababab
println 'banana' - 'an' // expect: bana
println "x".equals("${'x'}") // expect: false
println "x" == "${'x'}" // expect: true
def map = [:]
map["k${1}"] = 1
println map.k1 // expect: 1
println(['k${1}': 1].k1) // expect: null
println(["k${1}": 1].k1) // expect: null
println(map["k${1}"]) // expect: 1
// ---- ranges
println((1..4).toList() + (1..<4).toList()) // expect: [1, 2, 3, 4, 1, 2, 3]
println(('a'..'d').join('')) // expect: abcd
println 3 in 1..5 // expect: true
println((5..1).toList()) // expect: [5, 4, 3, 2, 1]
println((0..<0).size()) // expect: 0
println([1, 2, 3, 4][1..-1]) // expect: [2, 3, 4]
// ---- lists and maps
def l = [1, 2]
l[4] = 5
println l // expect: [1, 2, null, null, 5]
println l[10] // expect: null
println l[-1] // expect: 5
def k = 'key'
println([(k): 1, k: 2, 3: 4]) // expect: [key:1, k:2, 3:4]
println([:].x) // expect: null
println([a: [b: 1]].a.b) // expect: 1
// ---- arrays
int[] a = [3, 1, 2]
println a.length + a[0] // expect: 6
a[1] = 9
println a // expect: [3, 9, 2]
def s = new String[2]
println s // expect: [null, null]
def g = new int[2][3]
g[1][2] = 5
println g // expect: [[0, 0, 0], [0, 0, 5]]
println(['a', 'b'] as String[]) // expect: [a, b]
// ---- casts
println 65 as char // expect: A
println '12' as int // expect: 12
println '12'.toInteger() + 1 // expect: 13
println 3.7 as int // expect: 3
println([1, 2, 2] as Set) // expect: [1, 2]
println "a" as List // expect: [a]
println 5 as String // expect: 5
println (null as String) // expect: null
// ---- instanceof and in
println 1 instanceof Integer // expect: true
println 1 instanceof Number // expect: true
println(([]) instanceof List) // expect: true
println(([:]) instanceof Map) // expect: true
println 'a' instanceof CharSequence // expect: true
println 2 in [1, 2] // expect: true
println 'a' in [a: 1] // expect: true
// ---- equality
println 1 == 1L // expect: true
println 1 == 1.0 // expect: true
println 'a' == 'a' // expect: true
println([1, 2] == [1, 2]) // expect: true
println null == 0 // expect: false
println 1 <=> 2 // expect: -1
println 'b' <=> 'a' // expect: 1
println 1.equals(1L) // expect: false
println 'a'.is('b') // expect: false
// ---- regex
def m = 'v1.25' =~ /(\d+)\.(\d+)/
println m[0] // expect: [1.25, 1, 25]
println 'abc' ==~ /a.c/ // expect: true
println 'abc' ==~ /b/ // expect: false
if ('xyz' =~ /y/) println 'found' // expect: found
// ---- dynamic names
def name = 'size'
println 'abc'."$name"() // expect: 3
println([a: 1]."${'a'}") // expect: 1
def n = 'go'
def go(x) { x * 2 }
println "$n"(4) // expect: 8
// ---- bits
println 6 & 3 // expect: 2
println 6 | 3 // expect: 7
println 6 ^ 3 // expect: 5
println(~6) // expect: -7
println 1 << 4 // expect: 16
println(-8 >> 1) // expect: -4
println(-8 >>> 28) // expect: 15
// ---- static imports
import static java.lang.Math.max
println max(3, 4) // expect: 4
// ---- chained comparisons and not in
println !(3 in [1]) // expect: true
println 3 > 2 && 2 > 1 // expect: true
// ---- multiline
def s = """a
  ${1 + 1}
b"""
println s.readLines().size() // expect: 3
println '''x
y'''.length() // expect: 3
// ---- category
class Cat { static shout(String s) { s.toUpperCase() + '!' }; static twice(Integer i) { i * 2 } }
use(Cat) {
    println 'a'.shout() // expect: A!
    println 4.twice() // expect: 8
}
try { 'a'.shout() } catch (MissingMethodException e) { println 'gone' } // expect: gone
// ---- sort with closures
println([3, 1, 2].sort { a, b -> b <=> a }) // expect: [3, 2, 1]
println(['bb', 'a'].sort { it.size() }) // expect: [a, bb]
println([1, 2, 3, 4].findAll { it % 2 == 0 }.collect { it * it }.sum()) // expect: 20
println([a: 1, b: 2].collect { k, v -> "$k$v" }) // expect: [a1, b2]
println([1, 2, 3].inject(0) { acc, x -> acc + x }) // expect: 6
// ---- with and tap
def l = [].with { add(1); add(2); it }
println l // expect: [1, 2]
// ---- value of the script
def x = 3
x * 2
// value: 6
// ---- value of an if
if (true) { 'yes' } else { 'no' }
// value: yes
// ---- methods before they are declared
println later(2) // expect: 4
def later(x) { x * 2 }
// ---- typed results convert
int f() { 3.9 }
String g() { "g${1}" }
println f() // expect: 3
println g().class.simpleName // expect: String
// ---- number literals
println 1_000_000 // expect: 1000000
println 0xff + 0b11 + 010 // expect: 266
println 1.5G.class.simpleName + 1.5d.class.simpleName + 1.5f.class.simpleName + 1L.class.simpleName + 1G.class.simpleName // expect: BigDecimalDoubleFloatLongBigInteger
println 1e3 // expect: 1E+3
println 1.0 + 1 // expect: 2.0
println 0.1 + 0.2 // expect: 0.3
