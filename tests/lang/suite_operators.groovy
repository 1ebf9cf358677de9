// ---- spread ops
def l = [[a:1],[a:2]]
println l*.a
println l.a
println(['x','yy']*.size())
def f(a,b,c){ "$a-$b-$c" }
def args=[1,2,3]
println f(*args)
println f(*args[0..1], 9)
println([*1..3, 4, *[5,6]])
println([a:1, *:[b:2,c:3], d:4])
def n = null
println n?.foo
println n*.foo
println([1,null,3]*.toString())
println([null,'a']*.length())
// expect: [1, 2]
// expect: [1, 2]
// expect: [1, 2]
// expect: 1-2-3
// expect: 1-2-9
// expect: [1, 2, 3, 4, 5, 6]
// expect: [a:1, b:2, c:3, d:4]
// expect: null
// expect: null
// expect: [1, null, 3]
// expect: [null, 1]
// ---- safe set
def x = null
x?.foo = 3
println x
x?.foo.bar
println 'ok'
// expect: null
// throws: NullPointerException: Cannot get property 'bar' on null object
// ---- safe set2
def x = null
println x?.foo?.bar
x.foo = 3
// expect: null
// throws: NullPointerException: Cannot set property 'foo' on null object
// ---- static imports
import static java.lang.Math.max
import static java.lang.Math.*
import static java.lang.Integer.MAX_VALUE as MV
println max(3,4)
println abs(-3)
println MV
println PI
// expect: 4
// expect: 3
// expect: 2147483647
// expect: 3.141592653589793
// ---- imports alias
import java.util.concurrent.TimeUnit as TU
import java.util.regex.Pattern
println TU.SECONDS
println Pattern.compile('a.c').matcher('abc').matches()
// expect: SECONDS
// expect: true
// ---- switch
def t(x) { switch(x) {
 case null: return 'null'
 case 1: return 'one'
 case 2..5: return 'range'
 case [10,20]: return 'list'
 case ~/ab+/: return 're'
 case String: return 'string'
 case {it instanceof Number && it > 100}: return 'closure'
 case Map: return 'map'
 case [7]as Set: return 'set'
 default: return 'def' } }
println([null,1,3,10,20,'abbb','zz',101,[:],7,55,2.5,5.5,1L,1.0].collect{t(it)})
def ft(x) { def r=''; switch(x) { case 1: r+='1'; case 2: r+='2'; break; case 3: r+='3'; default: r+='d' }; r }
println([1,2,3,4].collect{ft(it)})
// expect: [null, one, range, list, list, re, string, closure, map, set, def, def, def, one, one]
// expect: [12, 2, 3d, d]
// ---- exceptions in closures
def c = { throw new IllegalArgumentException("bad $it") }
try { c(3) } catch (e) { println e.message }
try { [1,2].each { if (it==2) throw new Exception('two') } } catch (Exception e) { println e.message }
class X { X() { throw new RuntimeException('ctor') } }
try { new X() } catch (e) { println e }
class Y { def v = { throw new RuntimeException('init') }() }
try { new Y() } catch (e) { println e }
def r = [1,2,3].collect { try { if (it==2) throw new Exception(); it } catch (e) { -1 } }
println r
// expect: bad 3
// expect: two
// expect: java.lang.RuntimeException: ctor
// expect: java.lang.RuntimeException: init
// expect: [1, -1, 3]
// ---- super calls
class P { def hi(n) { "P$n" }; def v() { 'Pv' }; String toString() { 'P' } }
class Q extends P { def hi(n) { super.hi(n)+'Q' }; def cl() { [1,2].collect { super.hi(it) } }; String toString() { super.toString()+'Q' } }
println new Q().hi(1)
println new Q().cl()
println new Q()
println "${new Q()}"
// expect: P1Q
// expect: [P1, P2]
// expect: PQ
// expect: PQ
// ---- traits
trait Fly { def fly() { "$name flies" }; abstract getName() }
trait Swim { int depth = 3; def swim() { "swim $depth" } }
class Duck implements Fly, Swim { def name='duck' }
def d = new Duck()
println d.fly()
println d.swim()
d.depth = 7
println d.swim()
println d instanceof Fly
trait A { def m() { 'A' } }
trait B { def m() { 'B' } }
class AB implements A, B {}
println new AB().m()
class AB2 implements A, B { def m() { A.super.m() + B.super.m() } }
println new AB2().m()
// expect: duck flies
// expect: swim 3
// expect: swim 7
// expect: true
// expect: B
// expect: AB
// ---- static nested
class O { static class N { def v=1; def go() { 'N'+v } }; class I { def go() { 'I' + x } }; def x=5; def mk() { new I() }; def mkn() { new N(v:9) } }
println new O.N().go()
println new O().mk().go()
println new O().mkn().go()
println O.N.name
// expect: N1
// expect: I5
// expect: N9
// expect: O$N
// ---- varargs
def v(Object... a) { a.length }
println v()
println v(1)
println v(1,2)
println v([1,2,3])
println v([1,2,3] as Object[])
println v(*[1,2,3])
println v(null)
def w(String s, int... n) { s + n.sum() }
println w('a',1,2,3)
println w('a')
def z(String s, String... r) { "$s|${r.join(',')}" }
println z('a','b','c')
println z('a', ['x','y'] as String[])
// expect: 0
// expect: 1
// expect: 2
// expect: 1
// expect: 3
// expect: 3
// throws: NullPointerException: Cannot get property 'length' on null object
// ---- delegates
def c = { foo() }
class Del { def foo() { 'del' } ; def bar = 'b'}
c.delegate = new Del()
println c()
def foo2() { 'own' }
def c2 = { foo2() }
class Del2 { def foo2() { 'del2' } }
c2.delegate = new Del2()
println c2()
c2.resolveStrategy = Closure.DELEGATE_FIRST
println c2()
c2.resolveStrategy = Closure.OWNER_ONLY
println c2()
def c3 = { bar }
c3.delegate = new Del()
c3.resolveStrategy = Closure.DELEGATE_ONLY
println c3()
def c4 = { -> bar = 5; bar }
def dd = new Del()
c4.delegate = dd
c4.resolveStrategy = Closure.DELEGATE_FIRST
println c4()
println dd.bar
def c5 = { owner.class.simpleName + delegate.class.simpleName + thisObject.class.simpleName }
println c5()
println new Del().with { bar + foo() }
def nested = { -> { -> foo() } }
nested.delegate = new Del()
println nested()()
// expect: del
// expect: own
// expect: del2
// expect: own
// expect: b
// expect: 5
// expect: 5
// expect: Script1Script1Script1
// expect: bdel
// expect: del
// ---- gstring keys
def x = 'k'
def m = ["$x": 1, (x): 2]
println m.size()
println m
def m2 = [:]
m2["$x"] = 5
println m2['k']
println m2.k
m2."${x}2" = 7
println m2
def g = "a${x}"
println g == 'ak'
println 'ak' == g
println g.equals('ak')
println 'ak'.equals(g)
println g.hashCode() == 'ak'.hashCode()
println([g].contains('ak'))
println(['ak'].contains(g))
println g in ['ak']
def y = 1
def lazy = "v=${-> y}"
y = 2
println lazy
println g.class.simpleName
println g.values
println g.strings
println g.length()
println "$m.k"
println "${m.k}x$x.length()"
// expect: 2
// expect: [k:1, k:2]
// expect: 5
// expect: 5
// expect: [k:5, k2:7]
// expect: true
// expect: true
// expect: false
// expect: false
// expect: false
// expect: false
// expect: false
// expect: false
// expect: v=2
// expect: GStringImpl
// expect: [k]
// expect: [a, ]
// expect: 2
// expect: 2
// throws: MissingPropertyException: No such property: length for class: java.lang.String
// ---- bignum
println 2**100
println 2**31
println 2**62
println 2**-1
println 2**0.5
println Integer.MAX_VALUE+1
println Long.MAX_VALUE+1
println 100000*100000
println 9223372036854775807
println 9223372036854775808
println 9223372036854775808.class
println 2147483648.class
println 1/3
println 1/4
println 10/5
println (10/5).class
println 7.intdiv(2)
println 7%3
println -7%3
println (-7).mod(3)
println 1.1+2.2
println 1.1*3
println 0.1+0.2 == 0.3
println 1.0/3
println 1e3
println 1e3.class
println 1.5e-10
println 100.0/3
println 1G
println 1g.class
println 5L/2
println 5i/2
println 5.0d/2
println 5f/2
println 0x1F
println 0b101
println 017
println 1_000_000
println -5.abs()
println 5.power(3)
println 10**10
println 10**10 instanceof Long
println (10**20).class
println 12345678901234567890 * 98765432109876543210
println 1.0 == 1
println 1.0.equals(1)
println 1 == 1L
println 1.equals(1L)
println 'a' == ('a' as char)
println 1 <=> 2.5
println [1,2] <=> [1,3]
// expect: 1267650600228229401496703205376
// expect: 2147483648
// expect: 4611686018427387904
// expect: 0.5
// expect: 1.4142135623730951
// expect: -2147483648
// expect: -9223372036854775808
// expect: 1410065408
// expect: 9223372036854775807
// expect: 9223372036854775808
// expect: class java.math.BigInteger
// expect: class java.lang.Long
// expect: 0.3333333333
// expect: 0.25
// expect: 2
// expect: 2
// throws: NullPointerException: Cannot get property 'class' on null object
// ---- list spaceship
println([1,2]==[1L,2.0])
println([a:1]==[a:1L])
println([1,2] as Set == [2,1] as Set)
println([] == null)
println(null == null)
println([1,[2,3]] == [1,[2,3]])
println([1,2].equals([1,2]))
println((1..3)==[1,2,3])
println([1,2] as int[] == [1,2] as int[])
println(([1,2] as int[]) == [1,2])
println('a' <=> 'b')
println(null <=> 1)
println(1 <=> null)
println(true <=> false)
println(1.0 as float == 1.0d)
println(0.1f == 0.1d)
println(0.1 == 0.1d)
println(('a' as char) == 97)
println(1 == '1')
println(1 != 1.0)
println("a".compareTo("c"))
try { println 1 <=> 'a' } catch (e) { println e.class.name+': '+e.message }
// expect: true
// expect: true
// expect: true
// expect: false
// expect: true
// expect: true
// expect: true
// expect: true
// expect: true
// expect: true
// expect: -1
// expect: -1
// expect: 1
// expect: 1
// expect: true
// expect: false
// expect: true
// expect: true
// expect: false
// expect: false
// expect: -2
// expect: -1
// ---- escapes
println 'a\tb\\n\'"'
println "a\tb\$x \u0041 \101"
println '''multi
line'''
println """x${1+1}
y\
z"""
println(/a\b\/c$/)
println($/dollar $ / slash $$ x/$)
println 'a\
b'
println "tab\there".size()
println '\u00e9'.length()
println "${'nested "quotes"'}"
println "a${"b${'c'}"}"
println '\0'.size()
println "\b\f\r\n".bytes
// expect: a	b\n'"
// expect: a	b$x A A
// expect: multi
// expect: line
// expect: x2
// expect: yz
// expect: a\b/c$
// expect: dollar $ / slash $ x
// expect: ab
// expect: 8
// expect: 1
// expect: nested "quotes"
// expect: abc
// expect: 1
// expect: [8, 12, 13, 10]
// ---- field
import groovy.transform.Field
@Field int count = 5
@Field def list = [1,2]
@Field static final String K = 'const'
def inc() { count++; list << count }
inc()
println count
println list
println K
println([1].collect { count + it })
println this.count
// expect: 6
// expect: [1, 2, 6]
// expect: const
// expect: [7]
// expect: 6
// ---- interface constants
interface K { int A = 1; String B = 'b'; def go() }
class KI implements K { def go() { A + B } }
println K.A
println new KI().go()
println KI.B
// expect: 1
// expect: 1b
// expect: b
// ---- in
println 1 in [1,2]
println 'a' in [a:1]
println 'b' in 'abc'
println 1 in 1..3
println null in [null]
println 3 in ([3] as Set)
println 1 in Integer
println 'x' in ~/x/
println 1.0 in [1]
// expect: true
// expect: true
// expect: false
// expect: true
// expect: true
// expect: true
// expect: true
// expect: true
// expect: false
