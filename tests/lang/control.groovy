// ---- try, catch, finally
def f(x) {
    def log = ''
    try { log += 't'; if (x) throw new IllegalStateException('s'); log += 'u' }
    catch (IllegalArgumentException e) { log += 'a' }
    catch (IllegalStateException | NullPointerException e) { log += 's' }
    finally { log += 'f' }
    log
}
println f(false) // expect: tuf
println f(true) // expect: tsf
// ---- return runs finally
def log = []
def f = { try { return 'r' } finally { log << 'fin' } }
println f() // expect: r
println log // expect: [fin]
// ---- finally beats return
def f() { try { return 1 } finally { return 2 } }
println f() // expect: 2
// ---- break and continue through finally
def log = []
for (i in 1..3) {
    try { if (i == 1) continue; if (i == 3) break; log << i } finally { log << "f$i" }
}
println log // expect: [f1, 2, f2, f3]
// ---- exception in catch still runs finally
def log = []
try {
    try { throw new Exception('a') } catch (e) { throw new Exception('b', e) } finally { log << 'f' }
} catch (e) { log << e.message << e.cause.message }
println log // expect: [f, b, a]
// ---- nested finally order
def log = []
def f = { try { try { return 1 } finally { log << 'in' } } finally { log << 'out' } }
f()
println log // expect: [in, out]
// ---- uncaught
throw new IllegalArgumentException('why')
// throws: IllegalArgumentException: why
// ---- exception text
try { null.foo() } catch (NullPointerException e) { println e.message } // expect: Cannot invoke method foo() on null object
try { null.foo } catch (NullPointerException e) { println e.message } // expect: Cannot get property 'foo' on null object
try { [1].foo } catch (e) { println e.class.simpleName } // expect: MissingPropertyException
try { nope } catch (e) { println e.message } // expect: No such property: nope for class: Script1
try { 1 / 0 } catch (ArithmeticException e) { println e.message } // expect: Division by zero
try { (Integer) 'xy' } catch (ClassCastException e) { println e.message } // expect: Cannot cast object 'xy' with class 'java.lang.String' to class 'java.lang.Integer'
try { Integer.parseInt('x') } catch (NumberFormatException e) { println e.message } // expect: For input string: "x"
// ---- switch
def f(x) {
    switch (x) {
        case 1: return 'one'
        case 'a'..'c': return 'letter'
        case [5, 6]: return 'list'
        case String: return 'string'
        case ~/\d+/: return 'digits'
        case { it instanceof Number && it > 100 }: return 'big'
        case null: return 'null'
        default: return 'other'
    }
}
println([f(1), f('b'), f(6), f('zz'), f(500), f(null), f(7)]) // expect: [one, letter, list, string, digits, null, digits]
// ---- fall through
def log = []
switch (2) { case 1: log << 1; case 2: log << 2; case 3: log << 3; break; case 4: log << 4 }
println log // expect: [2, 3]
// ---- switch value of the last case
def f(x) { switch (x) { case 1: 'one'; break; default: 'many' } }
println f(1) // expect: one
println f(2) // expect: many
// ---- labels
def log = []
outer:
for (i in 1..3) { for (j in 1..3) { if (j == 2) continue outer; if (i == 3) break outer; log << "$i$j" } }
println log // expect: [11, 21]
// ---- while and do
int i = 0
while (true) { if (++i > 5) break }
println i // expect: 6
// ---- for with several variables
def log = []
def j = 10
for (int i = 0; i < j; i += 3) { log << "$i:$j"; j-- }
println log // expect: [0:10, 3:9, 6:8]
// ---- for over things
def log = []
for (c in 'ab') log << c
for (e in [x: 1]) log << "${e.key}=${e.value}"
for (x in null) log << 'never'
for (int k : [7, 8]) log << k
for (x in 3..1) log << x
println log // expect: [a, b, x=1, 7, 8, 3, 2, 1]
// ---- changing a list while iterating
def l = [1, 2, 3]
for (x in l) { l << 4 }
// throws: ConcurrentModificationException
// ---- ternary and elvis
println null ?: 'd' // expect: d
println '' ?: 'd' // expect: d
println 'x' ?: 'd' // expect: x
println 0 ? 'a' : [] ? 'b' : 'c' // expect: c
// ---- truth
println([!0, !1, !'', !'a', ![], ![0], ![:], !null, !0.0, !new Object()]) // expect: [true, false, true, false, true, false, true, true, true, false]
// ---- and or are lazy
def log = []
def t = { log << it; true }
false && t(1); true || t(2); true && t(3)
println log // expect: [3]
// ---- last expression is the value
def f(x) { if (x) 'yes' else 'no' }
println f(1) + f(0) // expect: yesno
def g(x) { try { x / 0 } catch (e) { 'caught' } }
println g(1) // expect: caught
def h() { for (i in 1..2) i }
println h() // expect: null
void v() { 5 }
println v() // expect: null
// ---- assert with a message
assert 1 == 2 : 'oops'
// throws: AssertionError: oops. Expression:
// judge: no
// ---- power assert
assert 1 == 2
// throws: PowerAssertionError: assert 1 == 2
// ---- deep recursion
def f(n) { n == 0 ? 0 : 1 + f(n - 1) }
println f(500) // expect: 500
// ---- endless recursion
def f() { f() }
f()
// throws: StackOverflowError
// ---- stack trace
def a() { throw new Exception('x') }
try { a() } catch (e) { println e.stackTrace.size() > 0 } // expect: true
// ---- suppressed and cause
def e = new Exception('a', new RuntimeException('b'))
e.addSuppressed(new Error('c'))
println e.cause.message + e.suppressed[0].message // expect: bc
println new RuntimeException(e).message // expect: java.lang.Exception: a
