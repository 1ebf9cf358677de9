// Methods of maps that take closures. A closure of two parameters gets key and value, any other the entry.

class MapMethods {
    static clone(self) {
        def copy = self.getClass() == HashMap ? new HashMap() : self.$similar()
        copy.putAll(self)
        copy
    }

    // Groovy's createSimilarMap.
    static $similar(self) { self instanceof SortedMap ? new TreeMap(self.comparator()) : self instanceof Properties ? new Properties() : [:] }

    static $pair(self, Closure c) {
        c.maximumNumberOfParameters == 2 ? { e -> c.call(e.key, e.value) } : c
    }

    static each(self, Closure c) {
        if (c.maximumNumberOfParameters == 2)
            for (e in self) c.call(e.key, e.value)
        else
            for (e in self) c.call(e)
        self
    }

    static forEach(self, Closure c) {
        for (e in self) c.call(e.key, e.value)
        null
    }

    static reverseEach(self, Closure c) {
        self.entrySet().toList().reverse().each(self.$pair(c))
        self
    }

    static eachWithIndex(self, Closure c) {
        int i = 0
        if (c.maximumNumberOfParameters == 3)
            for (e in self) c.call(e.key, e.value, i++)
        else
            for (e in self) c.call(e, i++)
        self
    }

    static collect(self, Closure c) {
        self.collect([], c)
    }

    static collect(self, Collection into, Closure c) {
        def d = self.$pair(c)
        for (e in self) into.add(d.call(e))
        into
    }

    static collectMany(self, Closure c) {
        self.collectMany([], c)
    }

    static collectMany(self, Collection into, Closure c) {
        def d = self.$pair(c)
        for (e in self) into.addAll(d.call(e))
        into
    }

    static collectEntries(self, Closure c) {
        self.entrySet().collectEntries(self.$similar(), self.$pair(c))
    }

    static collectEntries(self, Map into, Closure c) {
        self.entrySet().collectEntries(into, self.$pair(c))
    }

    static find(self, Closure c) {
        def d = self.$pair(c)
        for (e in self) if (d.call(e)) return e
        null
    }

    static findAll(self, Closure c) {
        def d = self.$pair(c), result = self.$similar()
        for (e in self) if (d.call(e)) result.put(e.key, e.value)
        result
    }

    static findResult(self, Closure c) {
        self.findResult(null, c)
    }

    static findResult(self, other, Closure c) {
        def d = self.$pair(c)
        for (e in self) {
            def r = d.call(e)
            if (r != null) return r
        }
        other
    }

    static findResults(self, Closure c) {
        self.entrySet().findResults(self.$pair(c))
    }

    static any(self, Closure c) {
        def d = self.$pair(c)
        for (e in self) if (d.call(e)) return true
        false
    }

    static every(self, Closure c) {
        def d = self.$pair(c)
        for (e in self) if (!d.call(e)) return false
        true
    }

    static count(self, Closure c) {
        def d = self.$pair(c)
        int n = 0
        for (e in self) if (d.call(e)) n++
        n
    }

    static inject(self, initial, Closure c) {
        def sum = initial
        if (c.maximumNumberOfParameters == 3)
            for (e in self) sum = c.call(sum, e.key, e.value)
        else
            for (e in self) sum = c.call(sum, e)
        sum
    }

    static sort(self) {
        new TreeMap(self)
    }

    static sort(self, Closure c) {
        def result = [:]
        for (e in self.entrySet().sort(false, c)) result.put(e.key, e.value)
        result
    }

    static toSorted(self) {
        def result = [:]
        for (e in self.entrySet().sort(false, { it.value })) result.put(e.key, e.value)
        result
    }

    static toSorted(self, Closure c) {
        self.sort(c)
    }

    static min(self, Closure c) {
        self.entrySet().min(c)
    }

    static max(self, Closure c) {
        self.entrySet().max(c)
    }

    static groupBy(self, Closure c) {
        def result = [:]
        for (g in self.groupEntriesBy(c)) result.put(g.key, g.value.collectEntries { it })
        result
    }

    static groupBy(self, List closures) {
        self.$groupByAll(closures)
    }

    static groupBy(self, Object... closures) {
        self.$groupByAll(closures.toList())
    }

    static $groupByAll(self, closures) {
        def groups = self.groupBy((Closure) closures.get(0))
        if (closures.size() < 2) return groups
        def rest = closures.drop(1), result = [:]
        for (e in groups) result.put(e.key, e.value.$groupByAll(rest))
        result
    }

    static groupEntriesBy(self, Closure c) {
        self.entrySet().groupBy(self.$pair(c))
    }

    static countBy(self, Closure c) {
        self.entrySet().countBy(self.$pair(c))
    }

    static split(self, Closure c) {
        def d = self.$pair(c), yes = [], no = []
        for (e in self) (d.call(e) ? yes : no).add(e)
        [yes, no]
    }

    static take(self, int n) {
        def result = self.$similar()
        for (e in self) {
            if (n-- <= 0) break
            result.put(e.key, e.value)
        }
        result
    }

    static drop(self, int n) {
        def result = self.$similar()
        for (e in self) if (n-- <= 0) result.put(e.key, e.value)
        result
    }

    static takeWhile(self, Closure c) {
        def d = self.$pair(c), result = self.$similar()
        for (e in self) {
            if (!d.call(e)) break
            result.put(e.key, e.value)
        }
        result
    }

    static dropWhile(self, Closure c) {
        def d = self.$pair(c), result = self.$similar()
        boolean dropping = true
        for (e in self) {
            if (dropping && d.call(e)) continue
            dropping = false
            result.put(e.key, e.value)
        }
        result
    }

    static intersect(self, Map other) {
        def result = self.$similar()
        for (e in self) if (other.containsKey(e.key) && other.get(e.key) == e.value) result.put(e.key, e.value)
        result
    }

    static computeIfAbsent(self, key, Closure c) {
        def v = self.getOrDefault(key, null)
        if (v != null) return v
        v = c.call(key)
        if (v != null) self.put(key, v)
        v
    }

    static computeIfPresent(self, key, Closure c) {
        def v = self.getOrDefault(key, null)
        if (v == null) return null
        v = c.call(key, v)
        if (v == null) self.remove(key)
        else self.put(key, v)
        v
    }

    static compute(self, key, Closure c) {
        def v = c.call(key, self.getOrDefault(key, null))
        if (v == null) self.remove(key)
        else self.put(key, v)
        v
    }

    static merge(self, key, value, Closure c) {
        def old = self.getOrDefault(key, null)
        def v = old == null ? value : c.call(old, value)
        if (v == null) self.remove(key)
        else self.put(key, v)
        v
    }

    static replaceAll(self, Closure c) {
        for (e in self) e.setValue(c.call(e.key, e.value))
        null
    }

    static spread(self) {
        self
    }
}
