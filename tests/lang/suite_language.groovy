// ---- def x = 1; while (x < 10) { x++; if (x == 5) conti
def x = 1; while (x < 10) { x++; if (x == 5) continue; if (x == 8) break }; x
// ---- class A { static int n; static { n = 5 }; int m; {
class A { static int n; static { n = 5 }; int m; { m = 7 } }; println A.n; println new A().m
// expect: 5
// expect: 7
// ---- class A { private int p = 3; def get() { this.p };
class A { private int p = 3; def get() { this.p }; def cl() { { -> p }() } }; println new A().get(); println new A().cl(); println new A().p
// expect: 3
// expect: 3
// expect: 3
// ---- abstract class S { abstract def area(); def show()
abstract class S { abstract def area(); def show() { "area ${area()}" } }
class Q extends S { def area() { 4 } }
println new Q().show()
// expect: area 4
// ---- def r = new Runnable() { int n = 0; void run() { n
def r = new Runnable() { int n = 0; void run() { n++; println "run $n" } }
r.run(); r.run()
println r.n
// expect: run 1
// expect: run 2
// expect: 2
// ---- def outer = 5 def c = new Comparator() { int compa
def outer = 5
def c = new Comparator() { int compare(a, b) { (b <=> a) * (outer > 0 ? 1 : -1) } }
println([1,3,2].sort(false, c))
println c.compare(1,2)
// expect: [3, 2, 1]
// expect: 1
// ---- class A { def v = 1; def getV() { v + 10 }; def t(
class A { def v = 1; def getV() { v + 10 }; def t() { this.v + v } ; def u() { this.@v } }
println new A().v; println new A().t(); println new A().u(); println new A().@v
// expect: 11
// expect: 2
// expect: 1
// expect: 1
// ---- class A { int x; def methodMissing(String n, args)
class A { int x; def methodMissing(String n, args) { "mm $n ${args.toList()}" }; def propertyMissing(String n) { "pm $n" } ; def propertyMissing(String n, v) { x = v } }
def a = new A(); println a.foo(1,2); println a.bar; a.baz = 4; println a.x
// expect: mm foo [1, 2]
// expect: pm bar
// expect: 4
// ---- class A { def invokeMethod(String n, args) { "im $
class A { def invokeMethod(String n, args) { "im $n" }; def real() { 'real' } }
println new A().real(); println new A().fake(1)
// expect: real
// expect: im fake
// ---- class A { def getProperty(String n) { "gp $n" } } 
class A { def getProperty(String n) { "gp $n" } }
println new A().abc
// expect: gp abc
// ---- class A implements GroovyInterceptable { def invok
class A implements GroovyInterceptable { def invokeMethod(String n, args) { "intercepted $n" }; def real() { 'real' } }
println new A().real()
// expect: intercepted real
// ---- int i = 0; i += 2.5; println i; i = i * 2; println
int i = 0; i += 2.5; println i; i = i * 2; println i; long l = i; l++; println l.class; def s = 'a'; s += 1; println s; s *= 2; println s; s -= 'a'; println s
// expect: 2
// expect: 4
// expect: class java.lang.Long
// expect: a1
// expect: a1a1
// expect: 1a1
// ---- def a = 5; a <<= 2; println a; a >>= 1; println a;
def a = 5; a <<= 2; println a; a >>= 1; println a; a >>>= 1; println a; a |= 8; println a; a &= 12; println a; a ^= 5; println a; a %= 4; println a; a **= 3; println a; a /= 2; println a
// expect: 20
// expect: 10
// expect: 5
// expect: 13
// expect: 12
// expect: 9
// expect: 1
// expect: 1
// expect: 0.5
// ---- println 5 & 3; println 5 | 3; println 5 ^ 3; print
println 5 & 3; println 5 | 3; println 5 ^ 3; println(~5); println(1 << 33); println(1L << 33); println(-8 >> 1); println(-8 >>> 28); println(true & false); println(true ^ true); println(true | false)
// expect: 1
// expect: 7
// expect: 6
// expect: -6
// expect: 2
// expect: 8589934592
// expect: -4
// expect: 15
// expect: false
// expect: false
// expect: true
// ---- println(true && false || true); println(!true); pr
println(true && false || true); println(!true); println(!''); println(!'a'); println(![]); println(![1]); println(![:]); println(!0); println(!null); println(!0.0)
// expect: true
// expect: false
// expect: true
// expect: false
// expect: true
// expect: false
// expect: true
// expect: true
// expect: true
// expect: true
// ---- def a = null; println a ?: 'dflt'; println 0 ?: 5;
def a = null; println a ?: 'dflt'; println 0 ?: 5; println 'x' ?: 'y'; println a?.length(); println a?.foo?.bar; println a ? 1 : 2
// expect: dflt
// expect: 5
// expect: x
// expect: null
// expect: null
// expect: 2
// ---- assert 1 == 1; assert [1] == [1], 'msg'; assert tr
assert 1 == 1; assert [1] == [1], 'msg'; assert true : 'x'; println 'ok'
// expect: ok
// ---- def f(int x) { "int" }; def f(long x) { "long" }; 
def f(int x) { "int" }; def f(long x) { "long" }; def f(Object x) { "obj" }; def f(String x) { 'str' }; def f(List x) { 'list' }; def f(double x) { 'dbl' }
println f(1); println f(1L); println f(1.5); println f('a'); println f("${1}"); println f([]); println f(null); println f(1.5d); println f([] as Set); println f('a' as char); println f((short)1)
// expect: int
// expect: long
// expect: obj
// expect: str
// expect: str
// expect: list
// expect: obj
// expect: dbl
// expect: obj
// expect: obj
// expect: int
// ---- def f(x, y) { "$x,$y" }; println f([1,2], 3); prin
def f(x, y) { "$x,$y" }; println f([1,2], 3); println f(x: 1, 2); println f(2, x: 1); def g(Map m) { m }; println g(a: 1, b: 2); println g([a: 1]); def h(Map m, Closure c) { c(m) }; println h(a: 3) { it.a + 1 }
// expect: [1, 2],3
// expect: [x:1],2
// expect: [x:1],2
// expect: [a:1, b:2]
// expect: [a:1]
// expect: 4
// ---- def c = { Map m, x -> "$m $x" }; println c(a:1, 2)
def c = { Map m, x -> "$m $x" }; println c(a:1, 2)
// expect: [a:1] 2
// ---- def x = [1,2,3]; def (a, b, d) = x; println a + b 
def x = [1,2,3]; def (a, b, d) = x; println a + b + d; def (p, q) = [1]; println q; def (String u, int v) = ['s', 4]; println "$u$v"
// expect: 6
// expect: null
// expect: s4
// ---- def n = 0; outer: while (true) { while (true) { n+
def n = 0; outer: while (true) { while (true) { n++; if (n > 5) break outer; if (n % 2) continue outer } }; n
// ---- def f() { for (x in [1,2,3]) { [10,20].each { y ->
def f() { for (x in [1,2,3]) { [10,20].each { y -> if (y == 20) return; println x + y } }; 'done' }; f()
// expect: 11
// expect: 12
// expect: 13
// ---- def f(n) { switch (n) { case 1: case 2: return 'lo
def f(n) { switch (n) { case 1: case 2: return 'low'; case 3: break; case { it > 100 }: return 'big'; case 4..6: return 'mid'; case Integer: return 'int'; default: return 'other' }; 'fell' }; println((0..7).collect { f(it) }); println f(200); println f('z')
// expect: [int, low, low, fell, mid, mid, mid, int]
// expect: big
// expect: big
// ---- switch ('abc') { case ~/a.*/: println 'a'; case 'z
switch ('abc') { case ~/a.*/: println 'a'; case 'zzz': println 'through'; break; default: println 'no' }
// expect: a
// expect: through
// ---- def r = switchy(3); def switchy(x) { switch (x) { 
def r = switchy(3); def switchy(x) { switch (x) { default: println 'd'; case 1: println 1; break; case 2: println 2 } }; println r
// expect: d
// expect: null
// ---- try { throw new Exception('m') } catch (RuntimeExc
try { throw new Exception('m') } catch (RuntimeException e) { println 'r' } catch (Exception e) { println "e $e.message" } finally { println 'f' }
// expect: e m
// expect: f
// ---- class MyEx extends Exception { int code; MyEx(Stri
class MyEx extends Exception { int code; MyEx(String m, int c) { super(m); code = c } }; try { throw new MyEx('bad', 7) } catch (MyEx e) { println e.message + e.code; println e; println e.class.name }
// expect: bad7
// expect: MyEx: bad
// expect: MyEx
// ---- class MyEx extends RuntimeException { MyEx(String 
class MyEx extends RuntimeException { MyEx(String m, Throwable t) { super(m, t) } ; String getMessage() { "over " + super.getMessage() } }; try { try { 1/0 } catch (ArithmeticException e) { throw new MyEx('wrap', e) } } catch (e) { println e.message; println e.cause.message; println e.cause.class }
// expect: over wrap
// expect: Division by zero
// expect: class java.lang.ArithmeticException
// ---- def f() { try { throw new Exception('x') } catch (
def f() { try { throw new Exception('x') } catch (e) { return 'c' } finally { println 'fin' } ; 'after' }; println f()
// expect: fin
// expect: c
// ---- def f() { def l = []; try { l << 1; return l } fin
def f() { def l = []; try { l << 1; return l } finally { l << 2 } }; println f()
// expect: [1, 2]
// ---- def f() { for (i in 1..5) { try { if (i == 3) retu
def f() { for (i in 1..5) { try { if (i == 3) return i } finally { print "f$i " } } }; println f()
// expect: f1 f2 f3 3
// ---- def f() { int x = 0; while (true) { try { x++; if 
def f() { int x = 0; while (true) { try { x++; if (x < 3) continue; break } finally { print x } }; x }; println f()
// expect: 1233
// ---- try { null.foo } catch (NullPointerException e) { 
try { null.foo } catch (NullPointerException e) { println e.message }; try { null[0] } catch (e) { println e.message }; try { null.foo() } catch (e) { println e.message }; try { null + 1 } catch (e) { println e.message }; try { def x = null; x.y = 1 } catch (e) { println e.message }; try { null() } catch (e) { println e.class }
// expect: Cannot get property 'foo' on null object
// expect: Cannot invoke method getAt() on null object
// expect: Cannot invoke method foo() on null object
// expect: Cannot execute null+1
// expect: Cannot set property 'y' on null object
// expect: class java.lang.NullPointerException
// ---- try { [1,2].get(5) } catch (e) { println e.class.s
try { [1,2].get(5) } catch (e) { println e.class.simpleName; println e.message }; println([1,2][5]); try { [1,2][-5] } catch (e) { println e.class.simpleName + e.message }; try { 'abc'[5] } catch (e) { println e.class.simpleName + e.message }; try { 'abc'.substring(5) } catch (e) { println e.class.simpleName; }
// expect: IndexOutOfBoundsException
// expect: Index 5 out of bounds for length 2
// expect: null
// expect: ArrayIndexOutOfBoundsExceptionNegative array index [-5] too large for array size 2
// expect: StringIndexOutOfBoundsExceptionbegin 5, end 6, length 3
// expect: StringIndexOutOfBoundsException
// ---- try { 1/0 } catch (e) { println e }; println 1.0d/
try { 1/0 } catch (e) { println e }; println 1.0d/0; try { 1 % 0 } catch (e) { println e }; try { 1.intdiv(0) } catch (e) { println e.message }; println 0.0d/0
// expect: java.lang.ArithmeticException: Division by zero
// expect: Infinity
// expect: java.lang.ArithmeticException: / by zero
// expect: / by zero
// expect: NaN
// ---- try { Integer.parseInt('abc') } catch (e) { printl
try { Integer.parseInt('abc') } catch (e) { println e }; try { 'abc'.toInteger() } catch (e) { println e }; try { new BigDecimal('x') } catch (e) { println e.class }; try { 'x' as int } catch (e) { println e }
// expect: java.lang.NumberFormatException: For input string: "abc"
// expect: java.lang.NumberFormatException: For input string: "abc"
// expect: class java.lang.NumberFormatException
// expect: java.lang.NumberFormatException: For input string: "x"
// ---- def m = [b:1, a:2]; m.c = 3; m['d'] = 4; m.put('e'
def m = [b:1, a:2]; m.c = 3; m['d'] = 4; m.put('e', 5); m << [f: 6]; println m; println m.a + m['b'] + m.get('c'); m.remove('a'); println m.keySet(); println m.values(); println m.containsKey('b'); println m.find { k, v -> v > 3 }; println m.get('zz', 9); println m; println m.size(); m.clear(); println m.isEmpty()
// expect: [b:1, a:2, c:3, d:4, e:5, f:6]
// expect: 6
// expect: [b, c, d, e, f]
// expect: [1, 3, 4, 5, 6]
// expect: true
// expect: d=4
// expect: 9
// expect: [b:1, c:3, d:4, e:5, f:6, zz:9]
// expect: 6
// expect: true
// ---- def k = 'key'; def m = [(k): 1, "${k}2": 2, 3: 'th
def k = 'key'; def m = [(k): 1, "${k}2": 2, 3: 'three', (1+1): 'two', 'a b': 5]; println m; println m.key; println m['key2']; println m[3]; println m.'a b'; println m[2]
// expect: [key:1, key2:2, 3:three, 2:two, a b:5]
// expect: 1
// expect: null
// expect: three
// expect: 5
// expect: two
// ---- def l = [1,2,3,4,5]; l[1..2] = ['a']; println l; l
def l = [1,2,3,4,5]; l[1..2] = ['a']; println l; l[0..<0] = [7,8]; println l
// expect: [1, a, 4, 5]
// expect: [7, 8, 1, a, 4, 5]
// ---- println([1,2,3] as Set).class
println([1,2,3] as Set).class
// expect: [1, 2, 3]
// throws: NullPointerException: Cannot get property 'class' on null object
// ---- println([3,1,2].sort { a, b -> b <=> a }); println
println([3,1,2].sort { a, b -> b <=> a }); println(['bb','a'].sort { it.size() }); println([1,2,3].max()); println([1,2,3].min { -it }); println([[1,2],[3]].sum()); println([1,[2,[3]]].flatten()); println([1,2] * 2); println([1,2,2,3].unique()); println([1,2,3].join(',')); println([[a:1],[a:2]]*.a.sum())
// expect: [3, 2, 1]
// expect: [a, bb]
// expect: 3
// expect: 3
// expect: [1, 2, 3]
// expect: [1, 2, 3]
// expect: [1, 2, 1, 2]
// expect: [1, 2, 3]
// expect: 1,2,3
// expect: 3
// ---- println 'Hello'.toUpperCase() + 'x'.padLeft(3,'0')
println 'Hello'.toUpperCase() + 'x'.padLeft(3,'0') + 'abc'.reverse() + 'a-b-c'.split('-').toList() + 'abc'.contains('b') + 'abc'.indexOf('c') + ' x '.trim() + 'abc'.capitalize() + 'abcabc'.replace('b','X') + 'aXbX'.replaceAll('X','y') + 'abc'.startsWith('a') + 'a\nb'.readLines() + 'abc'.center(7,'*') + 'abc' * 0 + 'x'.isEmpty()
// expect: HELLO00xcba[a, b, c]true2xAbcaXcaXcaybytrue[a, b]**abc**false
// ---- println 'abc' =~ /b/ ? 'y' : 'n'; println 'abc' ==
println 'abc' =~ /b/ ? 'y' : 'n'; println 'abc' ==~ /abc/; def m = 'a1b22' =~ /(\w)(\d+)/; println m.find(); println m.group(1); m.reset(); println m.collect { it[2] }; println m[1]; println m[0][1]; println m.size(); println m.count
// expect: y
// expect: true
// expect: true
// expect: a
// expect: [1, 22]
// expect: [b22, b, 22]
// expect: a
// expect: 2
// expect: 2
// ---- def m = ('foo=1,bar=2' =~ /(\w+)=(\d)/); m.each { 
def m = ('foo=1,bar=2' =~ /(\w+)=(\d)/); m.each { all, k, v -> println "$k:$v" }; println(('a.b' =~ /\./).replaceAll('-')); if ('x9' =~ /\d/) println 'has'; println 'foo bar'.find(/b\w+/); println 'foo bar'.findAll(/\w+/) ; println 'foo'.matches('f.*'); println 'a b'.replaceAll(/(\w) (\w)/, '$2 $1'); println 'abc'.replaceFirst('b','z')
// expect: foo:1
// expect: bar:2
// expect: a-b
// expect: has
// expect: bar
// expect: [foo, bar]
// expect: true
// expect: b a
// expect: azc
// ---- def p = ~/(\d+)/; println p.matcher('12').matches(
def p = ~/(\d+)/; println p.matcher('12').matches(); println p.class; println '12' ==~ p; println p; println p.pattern(); println(['a1','b'].grep(~/.*\d/)); println([1,'a',2.0].grep(Number)); println([1,2,3].grep([1,3])); println([1,5].grep(2..6)); println([1,2].grep { it > 1 })
// expect: true
// expect: class java.util.regex.Pattern
// expect: true
// expect: (\d+)
// expect: (\d+)
// expect: [a1]
// expect: [1, 2.0]
// expect: [1, 3]
// expect: [5]
// expect: [2]
// ---- def s = "a${1}b${'c'}d"; println s; println s.leng
def s = "a${1}b${'c'}d"; println s; println s.length(); println s == 'a1bcd'; def f(String x) { x.class.simpleName }; println f(s); def t = s + 'e'; println t.class.simpleName; println(s.toString().class.simpleName); println "$s".size(); println "${s}${s}"; println "a$s.bytes.length"
// expect: a1bcd
// expect: 5
// expect: true
// expect: String
// expect: GStringImpl
// expect: String
// expect: 5
// expect: a1bcda1bcd
// expect: a5
// ---- class P { String n; int a; boolean equals(Object o
class P { String n; int a; boolean equals(Object o) { o instanceof P && o.n == n }; int hashCode() { n.hashCode() } }; println new P(n:'x') == new P(n:'x', a: 3); println([new P(n:'x')].contains(new P(n:'x'))); println(new P(n:'x').is(new P(n:'x'))); println new P(n:'a') != new P(n:'b'); println([(new P(n:'q')): 1][new P(n:'q')])
// expect: true
// expect: true
// expect: false
// expect: true
// expect: 1
// ---- class C { static def s(x) { "s$x" }; static K = 'k
class C { static def s(x) { "s$x" }; static K = 'k'; def i() { s(1) + K + C.s(2) + C.K }; static t() { s(3) + K } }; println new C().i(); println C.t(); println C.s(4); C.K = 'z'; println C.K; def cc = C; println cc.s(5); println new C().s(6); println C.simpleName; println C.class.name
// expect: s1ks2k
// expect: s3k
// expect: s4
// expect: z
// expect: s5
// expect: s6
// expect: C
// expect: C
// ---- class Base { def a = 'ba'; protected b = 'bb'; def
class Base { def a = 'ba'; protected b = 'bb'; def m() { 'bm' }; static s() { 'bs' }; Base() { init() }; def init() { 'binit' } }; class D extends Base { def c = 'dc'; def init() { c = 'overwritten?' }; def m() { super.m() + 'dm' }; def x() { a + b + c } }; def d = new D(); println d.x(); println d.m(); println D.s(); println d.c; println D.superclass.name
// expect: babbdc
// expect: bmdm
// expect: bs
// expect: dc
// expect: Base
// ---- class V { final int x; V(int x) { this.x = x }; V 
class V { final int x; V(int x) { this.x = x }; V plus(V o) { new V(x + o.x) }; boolean asBoolean() { x > 0 }; int compareTo(V o) { x <=> o.x }; String toString() { "V$x" }; def call(a) { a * x }; def getAt(String s) { s + x }; def propertyMissing(String n) { n * x } }; def v = new V(2); println v + v; println v ? 1 : 0; println v(5); println v['k']; println v.ab; println "${v}"; def w = v; w += v; println w; println v
// expect: V4
// expect: 1
// expect: 10
// expect: k2
// expect: abab
// expect: V2
// expect: V4
// expect: V2
// ---- def c = { it * 2 } >> { it + 1 }; println c(5); de
def c = { it * 2 } >> { it + 1 }; println c(5); def d = { it * 2 } << { it + 1 }; println d(5); def e = { a, b -> a - b }; println e.curry(10)(3); println e.rcurry(10)(3); def g = e.&call; println g(5, 2); println([1,2].collect(e.curry(10))); println e.maximumNumberOfParameters; println({ -> }.maximumNumberOfParameters); println({}.maximumNumberOfParameters)
// expect: 11
// expect: 12
// expect: 7
// expect: -7
// expect: 3
// expect: [9, 8]
// expect: 2
// expect: 0
// expect: 1
// ---- def counter = { def n = 0; { -> n++ } }; def a = c
def counter = { def n = 0; { -> n++ } }; def a = counter(), b = counter(); a(); a(); println a() + b(); def fs = []; for (int i = 0; i < 3; i++) { def j = i; fs << { j } }; println fs*.call(); def gs = []; for (i in 0..2) gs << { i }; println gs*.call(); def hs = (0..2).collect { k -> { -> k * k } }; println hs*.call()
// expect: 2
// expect: [0, 1, 2]
// expect: [2, 2, 2]
// expect: [0, 1, 4]
// ---- def f = { x -> x <= 1 ? 1 : x * owner.f(x - 1) } p
def f = { x -> x <= 1 ? 1 : x * owner.f(x - 1) }
println 'declared'
// expect: declared
// ---- def fib; fib = { n -> n < 2 ? n : fib(n - 1) + fib
def fib; fib = { n -> n < 2 ? n : fib(n - 1) + fib(n - 2) }; println fib(15); def fact(n) { n <= 1 ? 1G : n * fact(n - 1) }; println fact(30); def even(n) { n == 0 ? true : odd(n - 1) }; def odd(n) { n == 0 ? false : even(n - 1) }; println even(10)
// expect: 610
// expect: 265252859812191058636308480000000
// expect: true
// ---- def l = [1,2,3,4]; println l.inject { a, b -> a + 
def l = [1,2,3,4]; println l.inject { a, b -> a + b }; println l.inject('') { a, b -> a + b }; println l.collectEntries { [(it): it * it] }; println l.groupBy { it % 2 ? 'odd' : 'even' }; println l.findIndexOf { it == 3 }; println l.every { it > 0 }; println l.any { it > 3 }; println l.collate(2); println l.withIndex().collect { x, i -> x * i }; println l.subList(1,3); println l.head() + l.last(); println l.tail(); println l.init(); println l.take(2); println l.drop(2); println l.first(); println l.asImmutable().class.simpleName; println l.swap(0,1)
// expect: 10
// expect: 1234
// expect: [1:1, 2:4, 3:9, 4:16]
// expect: [odd:[1, 3], even:[2, 4]]
// expect: 2
// expect: true
// expect: true
// expect: [[1, 2], [3, 4]]
// expect: [0, 2, 6, 12]
// expect: [2, 3]
// expect: 5
// expect: [2, 3, 4]
// expect: [1, 2, 3]
// expect: [1, 2]
// expect: [3, 4]
// expect: 1
// expect: UnmodifiableRandomAccessList
// expect: [2, 1, 3, 4]
// ---- def l = [1,2].asImmutable(); try { l << 3 } catch 
def l = [1,2].asImmutable(); try { l << 3 } catch (e) { println e.class }; def m = [a:1].asImmutable(); try { m.b = 2 } catch (e) { println e.class }; try { Collections.unmodifiableList([1]).add(2) } catch (e) { println e.class }
// expect: class java.lang.UnsupportedOperationException
// expect: class java.lang.UnsupportedOperationException
// expect: class java.lang.UnsupportedOperationException
// ---- def l = [1,2,3]; try { for (x in l) { if (x == 2) 
def l = [1,2,3]; try { for (x in l) { if (x == 2) l << 4 } } catch (e) { println e.class.name }; try { l.each { l.remove(0) } } catch (e) { println e.class.name }
// expect: java.util.ConcurrentModificationException
// expect: java.util.ConcurrentModificationException
// ---- def it1 = [1,2,3].iterator(); while (it1.hasNext()
def it1 = [1,2,3].iterator(); while (it1.hasNext()) { def x = it1.next(); if (x == 2) it1.remove(); else println x }; try { it1.next() } catch (e) { println e.class.simpleName }; def li = [1,2].listIterator(); li.next(); li.set(9); li.add(7); println li.next(); println li.hasPrevious(); println li.previous()
// expect: 1
// expect: 3
// expect: NoSuchElementException
// expect: 2
// expect: true
// expect: 2
// ---- int x = 10; def y = x++ + ++x; println y; println 
int x = 10; def y = x++ + ++x; println y; println x--; println x; println -x; println(+x); def z = -(-x); println z; println(x.plus(1)); println x.next(); byte b = 127; b++; println b; short sh = 32767; sh++; println sh; int mx = Integer.MAX_VALUE; mx++; println mx; long lm = Long.MAX_VALUE; lm++; println lm
// expect: 22
// expect: 12
// expect: 11
// throws: MissingPropertyException: No such property: println for class: Script1
// ---- println 7 / 2; println 7.intdiv(2); println 7 % 3;
println 7 / 2; println 7.intdiv(2); println 7 % 3; println -7 / 2; println 2 ** 3; println 2 ** -1; println 2.0 ** 3; println 10 / 4; println 1 / 3; println 1.0 / 3.0; println 3.0 * 1.50; println 1.10 + 2.205; println 5.0 - 5.0; println 0.1 + 0.2; println 0.1f + 0.2f; println 0.1d + 0.2d; println 1e10; println 1.0e-7; println 123456789.123456789; println 1e20d; println 1.0E-5d; println 100d; println 1.5f; println 3.0d.toString()
// expect: 3.5
// expect: 3
// expect: 1
// throws: MissingPropertyException: No such property: println for class: Script1
// ---- @groovy.transform.Canonical class A { int x; Strin
@groovy.transform.Canonical class A { int x; String s }; println new A(1, 'z'); println new A(1,'z') == new A(x: 1, s: 'z'); @groovy.transform.Immutable class I { int a; List l }; def i = new I(1, [2]); println i; try { i.a = 5 } catch (e) { println e.class.simpleName; println e.message }; println new I(a: 3, l: [])
// expect: A(1, z)
// expect: true
// expect: I(1, [2])
// expect: ReadOnlyPropertyException
// expect: Cannot set readonly property: a for class: I
// expect: I(3, [])
// ---- @groovy.transform.TupleConstructor class T { int a
@groovy.transform.TupleConstructor class T { int a; String b }; println new T(1, 'x').b; println new T(2).a
// expect: x
// expect: 2
// ---- class Outer { int v = 1; class Inner { int w = 2; 
class Outer { int v = 1; class Inner { int w = 2; def sum() { v + w } }; static class SN { def x = 'sn' }; def mk() { new Inner() } ; def anon() { new Object() { String toString() { "anon $v" } } } }; def o = new Outer(); println o.mk().sum(); println new Outer.SN().x; println o.anon(); println Outer.SN.simpleName; println new Outer.Inner(o).sum()
// expect: 3
// expect: sn
// expect: anon 1
// expect: SN
// expect: 3
// ---- enum E { A('x') { def f() { 'Af' } }, B('y'); Stri
enum E { A('x') { def f() { 'Af' } }, B('y'); String s; E(String s) { this.s = s }; def f() { 'Ef' } }; println E.A.f() + E.B.f() + E.A.s; println E.values().collect { it.s }; println E.valueOf('B') == E.B; println E.B.ordinal(); println E.A.name(); def m = [(E.A): 1]; println m[E.A]; switch (E.B) { case E.A: println 'a'; break; case E.B: println 'b' }; println E.B > E.A; println E.A as String; println E.A.toString() + 'x'; println([E.B, E.A].sort()); println E.A in E.values(); println E.class.isEnum()
// expect: AfEfx
// expect: [x, y]
// expect: true
// expect: 1
// expect: A
// expect: 1
// expect: b
// expect: true
// expect: A
// expect: Ax
// expect: [A, B]
// expect: true
// expect: true
// ---- def m = [:].withDefault { k -> k * 2 }; println m[
def m = [:].withDefault { k -> k * 2 }; println m[4]; println m; m.x; println m.size(); def n = [:].withDefault { [] }; n.a << 1; n.a << 2; println n
// expect: 8
// expect: [4:8]
// expect: 2
// expect: [a:[1, 2]]
// ---- def f(Closure c) { c.call() }; println f { 1 }; pr
def f(Closure c) { c.call() }; println f { 1 }; println f({ 2 }); def g(a, Closure c) { c(a) }; println g(3) { it + 1 }; println g(3, { x -> x }); def h = { it() }; println h { 7 }; println f { return 8; 9 }
// expect: 1
// expect: 2
// expect: 4
// expect: 3
// expect: 7
// expect: 8
// ---- println([1,2,3].stream().map { it * 2 }.collect(ja
println([1,2,3].stream().map { it * 2 }.collect(java.util.stream.Collectors.toList()))
// expect: [2, 4, 6]
// ---- Object o = 'str'; String s = (String) o; println s
Object o = 'str'; String s = (String) o; println s; Integer i = (Integer) 5; println i; try { Integer j = (Integer) o; println j } catch (e) { println e.class.simpleName; println e.message }; List l = (List) [1]; println l; def n = (List) null; println n; Number num = 5; println num; CharSequence cs = "g${1}"; println cs.class.simpleName
// expect: str
// expect: 5
// expect: GroovyCastException
// expect: Cannot cast object 'str' with class 'java.lang.String' to class 'java.lang.Integer'
// expect: [1]
// expect: null
// expect: 5
// expect: GStringImpl
// ---- long start = System.currentTimeMillis(); println s
long start = System.currentTimeMillis(); println start > 0; println System.getProperty('line.separator').length(); println new Date(0).time; println UUID.randomUUID().toString().length(); println Math.random() < 1; println new Random(42).nextInt(10) < 10
// expect: true
// expect: 1
// expect: 0
// expect: 36
// expect: true
// expect: true
// ---- println this.class.simpleName; println binding.has
println this.class.simpleName; println binding.hasVariable('zz'); zz = 5; println binding.hasVariable('zz'); println zz; println this.zz; binding.setVariable('yy', 6); println yy; def f() { zz + 1 }; println f(); zz++; println zz; println binding.variables.containsKey('yy')
// expect: Script1
// expect: false
// expect: true
// expect: 5
// expect: 5
// expect: 6
// expect: 6
// expect: 6
// expect: true
// ---- x = 5; def f() { x = x + 1; x }; println f(); prin
x = 5; def f() { x = x + 1; x }; println f(); println x; def c = { x += 10 }; c(); println x; y = { it * x }; println y(2)
// expect: 6
// expect: 6
// expect: 16
// expect: 32
// ---- def a; println a; def b = c = 5; println b + c; de
def a; println a; def b = c = 5; println b + c; def d, e = 2; println d; println e; final int q = 4; println q; int t; println t; boolean u; println u; String w; println w; double dd; println dd; char cc; println((int) cc)
// expect: null
// expect: 10
// expect: null
// expect: 2
// expect: 4
// expect: 0
// expect: false
// expect: null
// expect: 0.0
// expect: 0
// ---- def list = [[1, 'a'], [2, 'b']]; list.each { n, s 
def list = [[1, 'a'], [2, 'b']]; list.each { n, s -> println "$n$s" }; list.each { println it[0] }; for (p in list) { def (n, s) = p; println s + n }; println list.collectEntries { [(it[1]): it[0]] }; println list.collect { a, b -> b * a }; println list.find { n, s -> s == 'b' }; println list.transpose()
// expect: 1a
// expect: 2b
// expect: 1
// expect: 2
// expect: a1
// expect: b2
// expect: [a:1, b:2]
// expect: [a, bb]
// expect: [2, b]
// expect: [[1, 2], [a, b]]
// ---- class A { def x = 1; def with2(c) { c.delegate = t
class A { def x = 1; def with2(c) { c.delegate = this; c.resolveStrategy = 1; c() } }; println new A().with { x += 5; x }; println new A().with2 { x + 100 }; println 'abc'.with { size() + it.size() }; println [1,2].with { it[0] + get(1) }
// expect: 6
// expect: 101
// expect: 6
// throws: MissingPropertyException: No such property: println for class: Script1
// ---- class A { List<String> l = []; Map<String, Integer
class A { List<String> l = []; Map<String, Integer> m = [:]; void add(String s) { l << s; m[s] = l.size() } }; def a = new A(); a.add('x'); a.add('y'); println a.l; println a.m; List<Map<String, List<Integer>>> deep = [[a: [1]]]; println deep[0].a[0]; def <T> T id(T t) { t }; println id(4)
// expect: [x, y]
// expect: [x:1, y:2]
// expect: 1
// expect: 4
// ---- def x = 'global'; def f = { -> def x2 = 'local'; d
def x = 'global'; def f = { -> def x2 = 'local'; def g = { -> "$x $x2" }; x = 'changed'; g() }; println f(); println x; { -> x = 'again' }(); println x; if (true) { def inner = 1; println inner }; for (int i = 0; i < 1; i++) { def i2 = i }; try { println inner } catch (MissingPropertyException e) { println e.message }
// expect: changed local
// expect: changed
// expect: again
// expect: 1
// expect: No such property: inner for class: Script1
// ---- println([1,2,3] <=> 5)
println([1,2,3] <=> 5)
// throws: GroovyRuntimeException: Cannot compare java.util.ArrayList with value '[1, 2, 3]' and java.lang.Integer with value '5'
// ---- println((1..3).collect { it }.getClass().simpleNam
println((1..3).collect { it }.getClass().simpleName); println(('a'..'c').join()); println((1..10).step(3)); println((1..10) % 2)
// expect: ArrayList
// expect: abc
// expect: [1, 4, 7, 10]
// throws: MissingMethodException: No signature of method: groovy.lang.IntRange.mod() is applicable for argument types: (java.lang.Integer) values: [2]
// ---- def a = new Object(); println a.toString().startsW
def a = new Object(); println a.toString().startsWith('java.lang.Object@'); println a == a; println a.equals(new Object()); println a.hashCode() == a.hashCode(); synchronized (a) { println 'sync' }
// expect: true
// expect: true
// expect: false
// expect: true
// expect: sync
