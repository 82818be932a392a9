/** A register of systems as an electricity company has it: long names, a tree, a merge, assessments, hostile text. */
import { VICTIM } from "./investigated.ts";
import type { Stage } from "./stage.ts";

export interface AssetPlaces {
  readonly system: string;
  readonly assessment: string;
  readonly nis2: string;
}

const HEAD = "code,name,parent,owner,operator,zone,criticality,purpose,sector,notes,service,kind,value";
const ROWS = [
  'HS01,Hệ thống điều độ và giám sát lưới điện 220 kV khu vực Bắc Trung Bộ,,Tổng công ty Điện lực Sông Lam,Trung tâm Điều độ miền Trung,Vùng điều khiển,critical,"Giám sát, điều khiển đóng cắt từ xa",Năng lượng,,Máy chủ SCADA,host,scada01.songlam.example',
  "HS01,,,,,,,,,,Máy chủ SCADA,host,scada02.songlam.example",
  "HS01,,,,,,,,,,Máy chủ SCADA,address,10.20.8.0/24",
  "HS01,,,,,,,,,,Cổng vào từ xa,address,10.20.9.4",
  "HS01,,,,,,,,,,Cổng vào từ xa,account,SONGLAM\\svc-scada",
  "HS02,Cổng chăm sóc khách hàng,,Tổng công ty Điện lực Sông Lam,Công ty Dịch vụ số,DMZ,high,Tra cứu hóa đơn và đăng ký cấp điện,Năng lượng,,,domain,*.cskh.songlam.example",
  "HS02,,,,,,,,,,,address,2001:db8:20::/48",
  `HS03,Máy trạm văn phòng Vinh,HS02,Ban Hành chính,,Nội bộ,medium,,,,,host,${VICTIM}`,
  "HS03,,,,,,,,,,,account,SONGLAM\\hoa.tran",
  "HS04,Kho dữ liệu công tơ điện tử,HS02,Ban Kinh doanh,Công ty Dịch vụ số,Nội bộ,high,,,,,host,db-congto.songlam.example",
  "HS05,\u202e<b>??</b> 'quote\",,,,,low,,,,,host,khong-ro",
].map((row) => (row.startsWith("HS05") ? 'HS05,"\u202e<b>??</b> \'quote""",,,,,low,,,,,host,khong-ro' : row));

/** Enough of them that the list is longer than a window. */
const MANY = Array.from(
  { length: 120 },
  (_, n) =>
    `TR${n},Trạm biến áp 110 kV số ${n + 1},HS01,Tổng công ty Điện lực Sông Lam,,Vùng trạm ${(n % 12) + 1},${n % 4 === 0 ? "high" : "medium"},,,,,host,rtu-${n + 1}.tram.songlam.example`,
);

const LEVEL = {
  kinds: ["industrial_control", "internal"],
  information: ["private", "personal"],
  works: "1",
  secrets: "none",
  egov: "no",
  national_data: "no",
  nsi: "yes",
  harm_rights: "serious",
  harm_public: "serious",
  harm_order: "harm",
};
const NIS2 = { union: "yes", sectors: ["energy.electricity"], staff: 1800, special: ["none"] };

export async function registerAssets({ admin }: Stage): Promise<AssetPlaces> {
  const text = [HEAD, ...ROWS, ...MANY].join("\n");
  const { status, text: said } = await admin.ask("POST", "/api/v1/assets/import?format=csv&name=kiem-ke-2026.csv", {
    body: new TextEncoder().encode(text),
    headers: { "content-type": "application/octet-stream" },
  });
  if (status !== 200) throw new Error(`import of assets: ${status} ${said}`);
  const { items } = await admin.get<{ items: { id: string; code: string }[] }>("/api/v1/assets?q=HS0&limit=10");
  const idOf = (code: string): string => items.find((item) => item.code === code)?.id ?? "";
  const system = idOf("HS01");
  const assess = async (scheme: string, answers: object, reason: string): Promise<string> => {
    const { hash } = await admin.get<{ hash: string }>(`/api/v1/asset-schemes/${scheme}`);
    const { body } = await admin.post<{ id: string }>(`/api/v1/assets/${system}/assessments`, {
      scheme,
      answers,
      hash,
      reason,
    });
    return body.id;
  };
  const nis2 = await assess("nis2", NIS2, "");
  const assessment = await assess("vn-level", LEVEL, "Lập hồ sơ đề xuất cấp độ trước 01/01/2027");
  await admin.post("/api/v1/assets/seen/ignore", {
    items: [{ kind: "host", value: "may-thu.songlam.example" }],
    reason: "Máy của phòng thử nghiệm, không nối lưới",
  });
  return { system, assessment, nis2 };
}
