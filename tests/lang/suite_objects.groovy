// ---- println((1..10).step(-3))
println((1..10).step(-3))
// expect: [10, 7, 4, 1]
// ---- println((10..1).step(3))
println((10..1).step(3))
// expect: [10, 7, 4, 1]
// ---- println 1.step(10,4) { print "$it " }
println 1.step(10,4) { print "$it " }
// expect: 1 5 9 null
// ---- def r=[]; 10.downto(7) { r << it }; r
def r=[]; 10.downto(7) { r << it }; r
// ---- println((0..-1).toList()); println([1,2,3][0..-1])
println((0..-1).toList()); println([1,2,3][0..-1]); println([1,2,3][-1..0]); println('hello'[1..-2])
// expect: [0, -1]
// expect: [1, 2, 3]
// expect: [3, 2, 1]
// expect: ell
// ---- println((1..5).from + (1..5).to); println((1..<5))
println((1..5).from + (1..5).to); println((1..<5)); println((5..<1).toList())
// expect: 6
// expect: [1, 2, 3, 4]
// expect: [5, 4, 3, 2]
// ---- println((1..3).isReverse()); println((3..1).from);
println((1..3).isReverse()); println((3..1).from); println((1..0).size())
// expect: false
// expect: 1
// expect: 2
// ---- class V { def v; V(v) { this.v=v } def plus(o) { n
class V { def v; V(v) { this.v=v }
 def plus(o) { new V(v+o.v) }; def minus(o) { new V(v-o.v) }; def multiply(o) { new V(v*o.v) }; def div(o) { new V(v/o.v) }; def mod(o) { new V(v%o.v) }
 def power(o) { new V(v**o.v) }; def leftShift(o) { new V("$v<<$o") }; def rightShift(o) { new V("$v>>$o") }; def rightShiftUnsigned(o) { new V("$v>>>$o") }
 def and(o) { new V("$v&${o.v}") }; def or(o) { new V("$v|${o.v}") }; def xor(o) { new V("$v^${o.v}") }
 def negative() { new V(-v) }; def positive() { new V("+$v") }; def bitwiseNegate() { new V("~$v") }; def next() { new V(v+1) }; def previous() { new V(v-1) }
 def getAt(i) { "$v[$i]" }; void putAt(i,x) { v = "$i=$x" }; def call(x) { "call $x" }; boolean asBoolean() { v != 0 }; boolean equals(o) { o instanceof V && v==o.v }; int hashCode() { v.hashCode() }
 boolean isCase(o) { o == v }; String toString() { "V($v)" } ; def asType(Class c) { c == String ? "S$v" : null } }
class W implements Comparable { def v; int compareTo(o) { v <=> o.v } ; String toString() { "W$v" } }
def a = new V(7), b = new V(2)
println([a+b,a-b,a*b,a/b,a%b,a**b,a<<1,a>>1,a>>>1,a&b,a|b,a^b,-a,+a,~a])
println a[3]
println a(3)
a++
println a
println a++
println a
println(--a)
a += b; println a
a -= b; println a
a *= b; println a
a /= b; println a
a **= b; println a
a %= b; println a
a <<= 1; println a
a >>= 1; println a
a >>>= 1; println a
a = new V(1)
a |= b; println a
a &= b; println a
a ^= b; println a
a[1] = 4
println a
println b ? 'T' : 'F'
println new V(0) ? 'T' : 'F'
println a == b
println new V(2) == b
println b != new V(2)
switch (2) { case b: println 'case'; break; default: println 'no' }
println 2 in b
println b as String
def w1=new W(v:1), w2=new W(v:2)
println w1 < w2
println w1 <=> w2
println w1 == new W(v:1)
println([w2,w1].sort())
println([w2,w1].max())
println w1 >= w2
// expect: [V(9), V(5), V(14), V(3.5), V(1), V(49), V(7<<1), V(7>>1), V(7>>>1), V(7&2), V(7|2), V(7^2), V(-7), V(+7), V(~7)]
// expect: 7[3]
// expect: call 3
// expect: V(8)
// expect: V(8)
// expect: V(9)
// expect: V(8)
// expect: V(10)
// expect: V(8)
// expect: V(16)
// expect: V(8)
// expect: V(64)
// throws: UnsupportedOperationException: Cannot use mod() on this number type: java.math.BigDecimal with value: 64
// ---- class C { int n = 1; def m = [k:1]; def l=[1,2]; s
class C { int n = 1; def m = [k:1]; def l=[1,2]; static s=5 }
def c = new C()
c.n++
++c.n
println c.n
println c.n++
println c.n
println(++c.n)
c.n += 5
println c.n
c.m.k++
println c.m
c.m.k += 10
println c.m
c.m['z'] = 1
c.m['z']++
println c.m
c.l[0]++
c.l[1] *= 5
println c.l
println c.l[0]++
println c.l
C.s++
println C.s
C.s -= 2
println C.s
def arr = [1,2,3] as int[]
arr[1]++
arr[2] += 3
println arr
println arr[1]--
println arr.toList()
def i = 0
def q = [5,6,7]
q[i++] += 10
println q
println i
// expect: 3
// expect: 3
// expect: 4
// expect: 5
// expect: 10
// expect: [k:2]
// expect: [k:12]
// expect: [k:12, z:2]
// expect: [2, 10]
// expect: 2
// expect: [3, 10]
// expect: 6
// expect: 4
// expect: [1, 3, 6]
// expect: 3
// expect: [1, 2, 6]
// expect: [15, 6, 7]
// expect: 1
// ---- def x='k'; def g = "a${x}"; println g.length(); pr
def x='k'; def g = "a${x}"; println g.length(); println g.size(); def m=[k:1]; println "$m.k"; println g.strings
// expect: 2
// expect: 2
// expect: 1
// expect: [a, ]
// ---- char d = 'a'; d = d + 1; println d; println d.clas
char d = 'a'; d = d + 1; println d; println d.class; println(('a' as char) - ('A' as char))
// expect: b
// expect: class java.lang.Character
// expect: 32
// ---- println 'x' + null; println 1 + 2 + 'a'; println '
println 'x' + null; println 1 + 2 + 'a'; println 'a' + 1 + 2
// expect: xnull
// expect: 3a
// expect: a12
// ---- def (a,b) = [1,2] println a+b def (int c, String d
def (a,b) = [1,2]
println a+b
def (int c, String d) = [3,'x']
println c+d
(a,b) = [b,a]
println "$a $b"
def (e,f,g) = [1,2]
println g
def fn() { [1,[2,3]] }
def (i,j) = fn()
println j
int k; String l
(k,l) = [7,'seven']
println "$k$l"
def (long n1, double n2) = [1,2]
println n1.class.simpleName + n2.class.simpleName
def (p, q) = "ab".toList()
println p+q
def (String s1, s2) = ['a','b','c']
println s1+s2
// expect: 3
// expect: 3x
// expect: 2 1
// expect: null
// expect: [2, 3]
// expect: 7seven
// expect: LongDouble
// expect: ab
// expect: ab
// ---- def (h) = 'xy' println h
def (h) = 'xy'
println h
// expect: x
// ---- def w = { a, b=2 -> a+b } println w(1) println w(1
def w = { a, b=2 -> a+b }
println w(1)
println w(1,5)
println([[1,2],[3,4]].collect { a, b -> a+b })
println([a:1].collect { k, v -> k+v })
println([a:1].collect { it.key + it.value })
def va = { Object... x -> x.size() }
println va(1,2,3)
println va()
def ty = { int x, String s -> s*x }
println ty(2,'a')
// expect: 3
// expect: 6
// expect: [3, 7]
// expect: [a1]
// expect: [a1]
// expect: 3
// expect: 0
// expect: aa
// ---- def mem = { println "calc $it"; it*2 }.memoize() p
def mem = { println "calc $it"; it*2 }.memoize()
println mem(2)
println mem(2)
// expect: calc 2
// expect: 4
// expect: 4
// ---- import groovy.transform.Field @Field static final 
import groovy.transform.Field
@Field static final String K = 'const'
@Field static n = 0
def f() { n++; K + n }
println f() + f()
println n
// expect: const1const2
// expect: 2
// ---- enum Color { RED, GREEN { String nice() { 'g!' } }
enum Color { RED, GREEN { String nice() { 'g!' } }, BLUE; String nice() { name().toLowerCase() } }
println Color.values()
println Color.GREEN.class
println Color.GREEN.declaringClass
println Color.RED.compareTo(Color.BLUE)
println Color.GREEN < Color.BLUE
println Color.GREEN instanceof Color
println Color.valueOf('GREEN').nice()
// expect: [RED, GREEN, BLUE]
// expect: class Color$1
// expect: class Color
// expect: -2
// expect: true
// expect: true
// expect: g!
// ---- enum Color { RED } Color.valueOf('NO')
enum Color { RED }
Color.valueOf('NO')
// throws: IllegalArgumentException: No enum constant Color.NO
// ---- def a = [1,2] as int[] a[5]
def a = [1,2] as int[]
a[5]
// throws: ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 2
// ---- def a = [1,2] as int[] a[5] = 1
def a = [1,2] as int[]
a[5] = 1
// throws: ArrayIndexOutOfBoundsException: Index 5 out of bounds for length 2
// ---- def a = [1,2] as int[] a[0] = 'x'
def a = [1,2] as int[]
a[0] = 'x'
// ---- println([3,1,2,3,1].unique()) println(['a','B','A'
println([3,1,2,3,1].unique())
println(['a','B','A'].unique { it.toLowerCase() })
println([1,2,3].withIndex())
println(['a','b'].withIndex().collect { x, i -> "$x$i" })
println([1,2,3].indexed())
println([1,2,3,4].collate(3))
// expect: [3, 1, 2]
// expect: [a, B]
// expect: [[1, 0], [2, 1], [3, 2]]
// expect: [a0, b1]
// expect: [0:1, 1:2, 2:3]
// expect: [[1, 2, 3], [4]]
// ---- println([1,'a',2.5,null].sort())
println([1,'a',2.5,null].sort())
// expect: [null, 1, 2.5, a]
// ---- println([[2,'b'],[1,'a']].sort())
println([[2,'b'],[1,'a']].sort())
// expect: [[1, a], [2, b]]
// ---- println([1,2,3,4].split { it > 2 }) println([1,2,3
println([1,2,3,4].split { it > 2 })
println([1,2,3].countBy { it > 1 })
println([1,2,3].count { it > 1 })
println([1,2,3].eachWithIndex { x,i -> print "$x$i " } )
println([1,2,3].sum(10))
println([1,null,2].findAll())
println([1,2,3].reverseEach { print it })
// expect: [[3, 4], [1, 2]]
// expect: [false:1, true:2]
// expect: 2
// expect: 10 21 32 [1, 2, 3]
// expect: 16
// expect: [1, 2]
// expect: 321[1, 2, 3]
// ---- println([a:1,b:2].inject(0) { s,k,v -> s+v })
println([a:1,b:2].inject(0) { s,k,v -> s+v })
// expect: 3
// ---- println('abc'.eachWithIndex { c,i -> print "$c$i" 
println('abc'.eachWithIndex { c,i -> print "$c$i" })
println('a,b'.split(','))
println('a b'.tokenize())
println(3.times { print it })
println('abc'.any { it=='b' })
println('abc'.find { it > 'a' })
// expect: a0b1c2abc
// expect: [a, b]
// expect: [a, b]
// expect: 012null
// expect: true
// expect: b
// ---- class K { int a; K(a) { this.a=a }; boolean equals
class K { int a; K(a) { this.a=a }; boolean equals(o) { o instanceof K && a==o.a }; int hashCode() { a }; String toString() { "K$a" } }
def m = [:]
m[new K(1)] = 'x'; m[new K(1)] = 'y'; m[new K(2)] = 'z'
println m
println m.size()
println m[new K(1)]
println m.containsKey(new K(2))
println([new K(1), new K(1)] as Set)
println([new K(1), new K(2)].contains(new K(2)))
println([new K(1), new K(1)].unique())
println([new K(1)] == [new K(1)])
println([new K(1), new K(2)] - [new K(1)])
println([new K(1), new K(2)].indexOf(new K(2)))
println([new K(1), new K(2), new K(1)].groupBy { it })
println([a: new K(1)] == [a: new K(1)])
println m.remove(new K(1))
println m
println([new K(1)].hashCode() == [new K(1)].hashCode())
println([new K(3), new K(1)].intersect([new K(1)]))
println([new K(1)].toSet() == [new K(1)].toSet())
println([new K(1), new K(1)].countBy { it })
for (i in 0..20) m[new K(i)] = i
for (i in 0..20) m[new K(i)] = i
println m.size()
// expect: [K1:y, K2:z]
// expect: 2
// expect: y
// expect: true
// expect: [K1]
// expect: true
// expect: [K1]
// expect: true
// expect: [K2]
// expect: 1
// expect: [K1:[K1, K1], K2:[K2]]
// expect: true
// expect: y
// expect: [K2:z]
// expect: true
// expect: [K1]
// expect: true
// expect: [K1:2]
// expect: 21
// ---- class W implements Comparable<W> { int v; int comp
class W implements Comparable<W> { int v; int compareTo(W o) { v <=> o.v } ; String toString() { "W$v" } }
def ts = new TreeSet([new W(v:3), new W(v:1), new W(v:2), new W(v:1)])
println ts
println ts.first()
def tm = new TreeMap({ a, b -> b <=> a } as Comparator)
tm[1]='a'; tm[3]='c'; tm[2]='b'
println tm
println tm.firstKey()
def t2 = new TreeMap()
t2[new W(v:5)] = 1; t2[new W(v:2)] = 2
println t2
println t2[new W(v:5)]
println([b:1,a:2] as TreeMap)
def t3 = new TreeSet({ a, b -> a.size() <=> b.size() } as Comparator)
t3.addAll(['ccc','a','bb','dd'])
println t3
println new TreeMap([z:1,a:2]).headMap('c')
println new TreeSet([3,1,2]).descendingSet()
println new TreeSet([3,1,2]).ceiling(2)
println new TreeSet([3,1,2]).headSet(3)
println([b:1,a:2].sort { x, y -> x.key <=> y.key })
// expect: [W1, W2, W3]
// expect: W1
// expect: [3:c, 2:b, 1:a]
// expect: 3
// expect: [W2:2, W5:1]
// expect: 1
// expect: [a:2, b:1]
// expect: [a, bb, ccc]
// expect: [a:2]
// expect: [3, 2, 1]
// expect: 2
// expect: [1, 2]
// expect: [a:2, b:1]
// ---- class MyList extends ArrayList { String name; MyLi
class MyList extends ArrayList { String name; MyList(n) { name = n }; def twice() { this.collect { it*2 } } ; boolean add(x) { super.add(x) } }
def l = new MyList('nn')
l << 1
l.add(2)
println l
println l.twice()
println l.name
println l.size()
println l[0]
println l instanceof List
println l == [1,2]
for (x in l) print x
println()
// expect: [1, 2]
// expect: [2, 4]
// expect: nn
// expect: 2
// expect: 1
// expect: true
// expect: true
// expect: 12
// ---- class T { String toString() { throw new IllegalSta
class T { String toString() { throw new IllegalStateException('ts') } }
try { println "x${new T()}" } catch (e) { println e.message }
try { println new T() } catch (e) { println e.message }
try { println([new T()].toString()) } catch (e) { println e.message }
try { def s = 'a' + new T() } catch (e) { println e.message }
try { [new T()].join(',') } catch (e) { println e.message }
try { String.valueOf(new T()) } catch (e) { println e.message }
// expect: ts
// expect: ts
// expect: ts
// expect: ts
// expect: ts
// expect: ts
// ---- def r = { println 'ran' } as Runnable println r in
def r = { println 'ran' } as Runnable
println r instanceof Runnable
def c = { a, b -> 0 } as Comparator
println c instanceof Comparator
println r instanceof Closure
interface Foo { def a(); def b(x) }
def f = [a: { 1 }, b: { it+1 }] as Foo
println f.a() + f.b(2)
println f instanceof Foo
def g = { x -> "g$x" } as Foo
println g.b(3)
// expect: true
// expect: true
// expect: true
// expect: 4
// expect: true
// expect: g3
// ---- def l = [1]; l << l println l def m = [:]; m.self 
def l = [1]; l << l
println l
def m = [:]; m.self = m; m.x = 1
println m
// expect: [1, (this Collection)]
// expect: [self:(this Map), x:1]
// ---- def s = 'x'; s.foo()
def s = 'x'; s.foo()
// throws: MissingMethodException: No signature of method: java.lang.String.foo() is applicable for argument types: () values: []
// ---- 'abc'.substrin(1)
'abc'.substrin(1)
// throws: MissingMethodException: No signature of method: java.lang.String.substrin() is applicable for argument types: (java.lang.Integer) values: [1]
// ---- [1,2].sizee()
[1,2].sizee()
// throws: MissingMethodException: No signature of method: java.util.ArrayList.sizee() is applicable for argument types: () values: []
// ---- class A { def foo(int a) { 1 }; def bar(String s) 
class A { def foo(int a) { 1 }; def bar(String s) { 2 } }
new A().foo('x', 1)
// throws: MissingMethodException: No signature of method: A.foo() is applicable for argument types: (java.lang.String, java.lang.Integer) values: [x, 1]
// ---- class A { int alpha = 1; def beta } new A().alhpa
class A { int alpha = 1; def beta }
new A().alhpa
// throws: MissingPropertyException: No such property: alhpa for class: A
// ---- def foo(int x) { x } foo('a')
def foo(int x) { x }
foo('a')
// throws: MissingMethodException: No signature of method: Script1.foo() is applicable for argument types: (java.lang.String) values: [a]
// ---- def foo(int x) { x } fooo(1)
def foo(int x) { x }
fooo(1)
// throws: MissingMethodException: No signature of method: Script1.fooo() is applicable for argument types: (java.lang.Integer) values: [1]
// ---- new Date(1,2,3,4,5,6,7,8)
new Date(1,2,3,4,5,6,7,8)
// throws: GroovyRuntimeException: Could not find matching constructor for: java.util.Date(java.lang.Integer, java.lang.Integer, java.lang.Integer, java.lang.Integer, java.lang.Integer, java.lang.Integer, java.lang.Integer, java.lang.Integer)
// ---- null.foo()
null.foo()
// throws: NullPointerException: Cannot invoke method foo() on null object
// ---- def m = null; m.foo = 1
def m = null; m.foo = 1
// throws: NullPointerException: Cannot set property 'foo' on null object
// ---- [a:1].foo()
[a:1].foo()
// throws: MissingMethodException: No signature of method: java.util.LinkedHashMap.foo() is applicable for argument types: () values: []
// ---- undefinedVar
undefinedVar
// throws: MissingPropertyException: No such property: undefinedVar for class: Script1
// ---- println foo.bar
println foo.bar
// throws: MissingPropertyException: No such property: foo for class: Script1
// ---- class A { private x = 1; A(int i) {} } new A()
class A { private x = 1; A(int i) {} }
new A()
// throws: GroovyRuntimeException: Could not find matching constructor for: A()
// ---- class A { A(int i) {} } new A('x','y')
class A { A(int i) {} }
new A('x','y')
// throws: GroovyRuntimeException: Could not find matching constructor for: A(java.lang.String, java.lang.String)
// ---- 1.foo()
1.foo()
// throws: MissingMethodException: No signature of method: java.lang.Integer.foo() is applicable for argument types: () values: []
// ---- Math.foo(1)
Math.foo(1)
// throws: MissingMethodException: No signature of method: static java.lang.Math.foo() is applicable for argument types: (java.lang.Integer) values: [1]
// ---- int x = 'abc'
int x = 'abc'
// throws: GroovyCastException: Cannot cast object 'abc' with class 'java.lang.String' to class 'int'
// ---- List l = 5
List l = 5
// throws: GroovyCastException: Cannot cast object '5' with class 'java.lang.Integer' to class 'java.util.List'
// ---- Integer i = 'x' as Integer
Integer i = 'x' as Integer
// throws: NumberFormatException: For input string: "x"
// ---- def f(String... s) { s.length } f(1)
def f(String... s) { s.length }
f(1)
// throws: MissingMethodException: No signature of method: Script1.f() is applicable for argument types: (java.lang.Integer) values: [1]
