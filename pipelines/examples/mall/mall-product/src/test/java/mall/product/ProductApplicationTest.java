package mall.product;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class ProductApplicationTest {
    private HttpServer server;

    @Before
    public void start() throws Exception {
        server = new ProductApplication(Catalogue.sample()).start(0);
    }

    @After
    public void stop() {
        server.stop(0);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    public void oneProductIsShown() throws Exception {
        HttpResponse<String> response = get("/product/2");
        assertEquals(200, response.statusCode());
        assertTrue(response.body(), response.body().contains("书包"));
    }

    @Test
    public void unknownProductIs404() throws Exception {
        assertEquals(404, get("/product/99").statusCode());
        assertEquals(404, get("/product/not-a-number").statusCode());
    }

    @Test
    public void healthIsUp() throws Exception {
        assertEquals("{\"status\":\"UP\"}", get("/health").body());
    }
}
