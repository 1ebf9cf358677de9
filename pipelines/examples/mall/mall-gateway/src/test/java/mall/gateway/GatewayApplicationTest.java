package mall.gateway;

import static org.junit.Assert.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class GatewayApplicationTest {
    private HttpServer service;
    private HttpServer gateway;

    @Before
    public void start() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/product", exchange -> {
            byte[] body = exchange.getRequestURI().getPath().getBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        int port = service.getAddress().getPort();
        gateway = new GatewayApplication(RouteTable.parse("/api/product=http://127.0.0.1:" + port + "/product")).start(0);
    }

    @After
    public void stop() {
        gateway.stop(0);
        service.stop(0);
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    public void requestReachesTheService() throws Exception {
        assertEquals("/product/3", get("/api/product/3").body());
    }

    @Test
    public void pathWithoutRouteIs404() throws Exception {
        assertEquals(404, get("/nothing").statusCode());
    }

    @Test
    public void deadServiceIs502() throws Exception {
        service.stop(0);
        assertEquals(502, get("/api/product/3").statusCode());
    }
}
