// ---- properties
class P { String name; def age = 3; private secret = 's'; final int fixed = 7 }
def p = new P(name: 'x')
println p.name // expect: x
println p.getName() // expect: x
p.setAge(5)
println p.age // expect: 5
p.name = 'y'
println p['name'] // expect: y
p.'age' = 9
println p."${'age'}" // expect: 9
p.fixed = 1
// throws: ReadOnlyPropertyException: Cannot set readonly property: fixed for class: P
// ---- getter and setter
class T { private int v; int getV() { v * 10 }; void setV(int x) { v = x + 1 } }
def t = new T()
t.v = 4
println t.v // expect: 50
println t.@v // expect: 5
// ---- constructors
class A {
    def log = []
    A() { this(1); log << 'A()' }
    A(int n) { log << "A($n)" }
    A(String s, Object... rest) { log << "A($s,${rest.size()})" }
}
println new A().log // expect: [A(1), A()]
println new A(5).log // expect: [A(5)]
println new A('x', 1, 2).log // expect: [A(x,2)]
// ---- super constructors
class Base { String n; Base(String n) { this.n = n } }
class Sub extends Base { int k = 4; Sub(String n) { super(n + '!') } }
def s = new Sub('a')
println s.n + s.k // expect: a!4
println s instanceof Base // expect: true
// ---- overriding and super
class B { def who() { 'B' }; def hi() { "hi ${who()}" } }
class C extends B { def who() { 'C>' + super.who() } }
println new C().hi() // expect: hi C>B
// ---- overloads by type
class O { def f(int x) { 'int' }; def f(String x) { 'String' }; def f(List x) { 'List' }; def f(Object x) { 'Object' } }
def o = new O()
println([o.f(1), o.f('a'), o.f([1]), o.f(1.5), o.f("g${1}"), o.f(null)]) // expect: [int, String, List, Object, String, Object]
// ---- numbers widen
def f(long x) { "long $x" }
def g(double x) { "double $x" }
println f(3) // expect: long 3
println g(3) // expect: double 3.0
// ---- default arguments
def f(a, b = 2, c = a) { [a, b, c] }
println f(1) // expect: [1, 2, 1]
println f(1, 5) // expect: [1, 5, 1]
println f(1, 5, 9) // expect: [1, 5, 9]
// ---- statics
class S { static int count = 0; static next() { ++count }; static final NAME = 'n' }
S.next(); S.next()
println S.count // expect: 2
println S.NAME // expect: n
S.count = 10
println S.next() // expect: 11
// ---- enum
enum Color { RED, GREEN, BLUE }
println Color.values() // expect: [RED, GREEN, BLUE]
println Color.GREEN.ordinal() // expect: 1
println Color.valueOf('BLUE') // expect: BLUE
println Color.RED < Color.BLUE // expect: true
println Color.RED.name() + Color.RED.next() // expect: REDGREEN
println((Color.RED..Color.BLUE).size()) // expect: 3
println 'GREEN' as Color // expect: GREEN
// ---- enum with values
enum Planet {
    EARTH(5.97, 'e'), MARS(0.64, 'm')
    final BigDecimal mass; final String code
    Planet(BigDecimal mass, String code) { this.mass = mass; this.code = code }
    def heavy() { mass > 1 }
    static find(c) { values().find { it.code == c } }
}
println Planet.MARS.mass // expect: 0.64
println Planet.EARTH.heavy() // expect: true
println Planet.find('m') // expect: MARS
switch (Planet.EARTH) { case Planet.MARS: println 'm'; break; case Planet.EARTH: println 'e' } // expect: e
// ---- no such constant
enum E { A }
E.valueOf('B')
// throws: IllegalArgumentException: No enum constant E.B
// ---- interfaces
interface Shape { double area() }
class Sq implements Shape { double s; double area() { s * s } }
def x = new Sq(s: 3)
println x.area() // expect: 9.0
println x instanceof Shape // expect: true
// ---- traits
trait Named { String name = 'none'; def hello() { "I am $name" } }
class N implements Named {}
def n = new N()
println n.hello() // expect: I am none
n.name = 'bob'
println n.hello() // expect: I am bob
// ---- anonymous classes
interface Op { def run(x) }
def k = 10
def op = new Op() { def run(x) { x + k } }
println op.run(5) // expect: 15
k = 20
println op.run(5) // expect: 25
// ---- inner classes
class Outer {
    static class In { def v = 1 }
    def make() { new In(v: 7) }
}
println new Outer().make().v // expect: 7
println new Outer.In().v // expect: 1
// ---- operators
class V {
    int x
    V plus(V o) { new V(x: x + o.x) }
    V negative() { new V(x: -x) }
    V next() { new V(x: x + 1) }
    def getAt(int i) { x * i }
    void putAt(int i, v) { x = i + v }
    boolean equals(o) { o instanceof V && o.x == x }
    int hashCode() { x }
    int compareTo(o) { x <=> o.x }
    boolean asBoolean() { x != 0 }
    def call(a) { "called $a" }
    String toString() { "V($x)" }
    boolean isCase(o) { o == x }
}
def a = new V(x: 2), b = new V(x: 3)
println a + b // expect: V(5)
println(-a) // expect: V(-2)
println b[4] // expect: 12
b[1] = 5
println b // expect: V(6)
println a == new V(x: 2) // expect: true
println a ? 'yes' : 'no' // expect: yes
println new V() ? 'yes' : 'no' // expect: no
println a(1) // expect: called 1
a++
println a // expect: V(3)
a += b
println a // expect: V(9)
switch (9) { case a: println 'is case' } // expect: is case
// ---- comparable
class W implements Comparable<W> { int k; int compareTo(W o) { k <=> o.k } }
println new W(k: 1) < new W(k: 2) // expect: true
println([new W(k: 3), new W(k: 1)].sort()*.k) // expect: [1, 3]
// ---- methodMissing and propertyMissing
class M {
    def methodMissing(String name, args) { "$name${args.toList()}" }
    def propertyMissing(String name) { "no $name" }
}
println new M().foo(1, 2) // expect: foo[1, 2]
println new M().bar // expect: no bar
// ---- exception classes
class MyEx extends RuntimeException {
    int code
    MyEx(String m, int code) { super(m); this.code = code }
}
try { throw new MyEx('bad', 3) } catch (MyEx e) { println "${e.message} ${e.code}" } // expect: bad 3
try { throw new MyEx('bad', 3) } catch (RuntimeException e) { println e } // expect: MyEx: bad
// ---- no such method
class Q {}
new Q().nothing(1, 'a')
// throws: MissingMethodException: No signature of method: Q.nothing() is applicable for argument types: (java.lang.Integer, java.lang.String) values: [1, a]
// ---- no such property
class Q {}
new Q().nothing
// throws: MissingPropertyException: No such property: nothing for class: Q
// ---- typed fields convert
class F { long a = 1; String s = "x${1}"; double d }
def f = new F()
println f.a.class.simpleName + f.s.class.simpleName + f.d // expect: LongString0.0
f.d = 3
println f.d // expect: 3.0
// ---- static in closures
class Z { static names = ['a', 'b']; static all() { names.collect { up(it) } }; static up(s) { s.toUpperCase() } }
println Z.all() // expect: [A, B]
// ---- fields in closures
class Y { def items = []; def add(x) { [x].each { items << it }; this } }
println new Y().add(3).items // expect: [3]
// ---- class literals
println String.name // expect: java.lang.String
println String.class.simpleName // expect: String
println 'a'.class == String // expect: true
println(([]).class.name) // expect: java.util.ArrayList
// ---- extending a map
class Conf extends HashMap { def twice(k) { this[k] * 2 } }
def c = new Conf()
c.n = 4
println c.twice('n') // expect: 8
println c // expect: [n:4]
// ---- initialiser blocks
class I { static log = []; def x; { x = 5 }; static { log << 'static' } }
println new I().x // expect: 5
println I.log // expect: [static]
// ---- getProperty
class G { def getProperty(String n) { "prop $n" } }
println new G().abc // expect: prop abc
// ---- invokeMethod
class H { def invokeMethod(String n, Object args) { "inv $n ${args.length}" } }
println new H().abc(1) // expect: inv abc 1
// ---- this chain
class Builder { def parts = []; Builder add(p) { parts << p; this }; String toString() { parts.join('+') } }
println new Builder().add(1).add(2) // expect: 1+2
// ---- constants with bodies
enum Op {
    PLUS('+') { int apply(int a, int b) { a + b } },
    MINUS('-') { int apply(int a, int b) { a - b } }
    final String sign
    Op(String s) { sign = s }
    abstract int apply(int a, int b)
}
println Op.PLUS.apply(1, 2) // expect: 3
println Op.MINUS.sign // expect: -
// ---- closures as interfaces
interface Greeter { String greet(String n) }
def g = { 'hi ' + it } as Greeter
println g.greet('bob') // expect: hi bob
def h = [greet: { n -> 'yo ' + n }] as Greeter
println h.greet('al') // expect: yo al
println(({ a, b -> b <=> a } as Comparator).compare(1, 2)) // expect: 1
// ---- annotations that write methods
import groovy.transform.*
@Canonical class P { String a; int b }
println new P('x', 3) // expect: P(x, 3)
println new P(a: 'x', b: 3) == new P('x', 3) // expect: true
@InheritConstructors class E extends RuntimeException {}
try { throw new E('m', new Exception('c')) } catch (E e) { println "${e.message} ${e.cause.message}" } // expect: m c
// ---- anonymous class with constructor arguments
class Base { String n; Base(String n) { this.n = n }; def hi() { "hi $n" } }
println new Base('anon') { def hi() { super.hi() + '!' } }.hi() // expect: hi anon!
// ---- inner class sees the outer object
class Outer { def name = 'o'; class In { def show() { name } }; def make() { new In() } }
println new Outer().make().show() // expect: o
// ---- private members and accessors
class Acc { private n = 1; boolean ready = true; def bump() { n++; this } }
println new Acc().bump().n // expect: 2
println new Acc().isReady() // expect: true
println new Acc().ready // expect: true
// ---- interface constants and static nested access
interface K { int MAX = 5 }
class UsesK implements K { def m() { MAX + 1 } }
println K.MAX + new UsesK().m() // expect: 11
// ---- abstract classes
abstract class Ab { abstract def v(); def w() { v() * 2 } }
class Co extends Ab { def v() { 21 } }
println new Co().w() // expect: 42
// ---- no instances of abstract classes
abstract class Ab { abstract def v() }
new Ab()
// throws: MultipleCompilationErrorsException: You cannot create an instance from the abstract class 'Ab'.
