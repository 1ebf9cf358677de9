// Closures that remember their results. The bounds of the cache are taken as none.

class ClosureMethods {
    static memoize(self) {
        def known = [:]
        return { Object... args ->
            def key = args.toList()
            if (!known.containsKey(key)) known.put(key, self.call(*args))
            known.get(key)
        }
    }

    static memoizeAtMost(self, int most) { self.memoize() }

    static memoizeAtLeast(self, int least) { self.memoize() }

    static memoizeBetween(self, int least, int most) { self.memoize() }
}
