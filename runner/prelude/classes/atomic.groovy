// One thread runs all script code: nothing has to be atomic here.
package java.util.concurrent.atomic

class AtomicInteger extends Number {
    private int n = 0

    AtomicInteger(int n = 0) { this.n = n }

    int get() { n }

    void set(int v) { n = v }

    int incrementAndGet() { ++n }

    int decrementAndGet() { --n }

    int getAndIncrement() { n++ }

    int getAndDecrement() { n-- }

    int addAndGet(int d) { n += d }

    int getAndAdd(int d) {
        n += d
        n - d
    }

    int getAndSet(int v) {
        int old = n
        n = v
        old
    }

    int updateAndGet(c) { n = c.call(n) }

    int accumulateAndGet(int x, c) { n = c.call(n, x) }

    boolean compareAndSet(int expected, int v) {
        if (n != expected) return false
        n = v
        true
    }

    int intValue() { n }

    long longValue() { n }

    double doubleValue() { n }

    String toString() { String.valueOf(n) }
}

class AtomicLong extends Number {
    private long n = 0

    AtomicLong(long n = 0) { this.n = n }

    long get() { n }

    void set(long v) { n = v }

    long incrementAndGet() { ++n }

    long decrementAndGet() { --n }

    long getAndIncrement() { n++ }

    long getAndDecrement() { n-- }

    long addAndGet(long d) { n += d }

    long getAndAdd(long d) {
        n += d
        n - d
    }

    boolean compareAndSet(long expected, long v) {
        if (n != expected) return false
        n = v
        true
    }

    int intValue() { (int) n }

    long longValue() { n }

    double doubleValue() { n }

    String toString() { String.valueOf(n) }
}

class AtomicBoolean {
    private boolean b

    AtomicBoolean(boolean b = false) { this.b = b }

    boolean get() { b }

    void set(boolean v) { b = v }

    boolean getAndSet(boolean v) {
        boolean old = b
        b = v
        old
    }

    boolean compareAndSet(boolean expected, boolean v) {
        if (b != expected) return false
        b = v
        true
    }

    String toString() { String.valueOf(b) }
}

class AtomicReference {
    private v

    AtomicReference(v = null) { this.v = v }

    def get() { v }

    void set(x) { v = x }

    def getAndSet(x) {
        def old = v
        v = x
        old
    }

    def updateAndGet(c) { v = c.call(v) }

    boolean compareAndSet(expected, x) {
        if (v != expected) return false
        v = x
        true
    }

    String toString() { String.valueOf(v) }
}
